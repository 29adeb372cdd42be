import FlowSchedule
import FuzzSupport

/// The crontab: one text, or the five texts of Celery's keyword form on lines of their own.
struct CrontabPart {
    private let text: String

    init(_ text: String) {
        self.text = text
    }

    func run() {
        do throws(CrontabError) {
            examine(try Crontab(text))
        } catch {
            check(error, longest: text.utf8.count)
        }
        let fields = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 5 else { return }
        do throws(CrontabError) {
            examine(
                try Crontab(
                    minute: fields[0], hour: fields[1], dayOfMonth: fields[2], monthOfYear: fields[3],
                    dayOfWeek: fields[4]))
        } catch {
            check(error, longest: fields.map(\.utf8.count).max() ?? 0)
        }
    }

    private func check(_ error: CrontabError, longest: Int) {
        require(!error.message.isEmpty, "a mistake without message")
        require(
            error.range.lowerBound >= 0 && error.range.upperBound <= longest, "\(error.range) of \(longest) bytes")
    }

    private func examine(_ crontab: Crontab) {
        for year in [1, 1999, 2024, 9990] {
            guard var time = CivilTime(year: year, month: 2, day: 28, hour: 23, minute: 58) else { continue }
            for _ in 0..<3 {
                guard let next = crontab.next(after: time) else {
                    require(!crontab.canFire || year == 9990, "nothing after \(time) though it can fire")
                    break
                }
                require(crontab.canFire, "it fires at \(next) though it cannot")
                require(time < next, "\(next) is not after \(time)")
                require(crontab.fires(at: next), "it does not fire at \(next), which is next")
                time = next
            }
        }
    }
}
