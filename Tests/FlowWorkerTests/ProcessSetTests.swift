import FlowValue
import Foundation
import Testing

@testable import FlowWorker

@Suite struct `processes that run at once` {
    /// The clock stands still: no limit is in the orders.
    private let now = Timestamp(microseconds: 0)

    /// Lends a set of so many slots.
    private func withSet(of slots: Int, _ body: (ProcessSet) throws -> Void) throws {
        let guardian = try Guard(slots: slots)
        try body(ProcessSet(supervisor: guardian.supervisor) { now })
        withExtendedLifetime(guardian) {}
    }

    /// The reports of all that run, by ticket.
    private func reports(of set: ProcessSet) -> [Int: ProcessReport] {
        set.wait(untilAtMost: 0, for: .seconds(60))
        return Dictionary(uniqueKeysWithValues: set.completions().map { ($0.ticket, $0.report) })
    }

    private func output(_ report: ProcessReport?) -> String {
        String(decoding: report?.standardOutput ?? [], as: UTF8.self)
    }

    @Test func `each report has the output of its own program, as often as a slot is used`() throws {
        try withSet(of: 12) { set in
            for round in 0..<5 {
                for number in 0..<12 { set.start(.test(["/bin/echo", "\(round).\(number)"]), ticket: number) }
                #expect(set.count == 12)
                let reports = reports(of: set)
                #expect(set.count == 0)
                for number in 0..<12 {
                    #expect(reports[number]?.end == .exited(0))
                    #expect(output(reports[number]) == "\(round).\(number)\n")
                }
            }
        }
    }

    @Test func `a program stands before a closed gate with all its doors open, and executes when it opens`() throws {
        try withSet(of: 2) { set in
            let gate = StartGate()
            set.start(.test(["/bin/echo", "in"]), ticket: 1, behind: gate)
            let child = try #require(set.pids.first)
            // It waits when it sleeps: nothing but the gate makes it. One that was let through ends as a zombie.
            while !["S", "Z"].contains(Self.state(of: child)) { sched_yield() }
            #expect(Self.program(of: child) == Self.program(of: getpid()))
            #expect(set.completions().isEmpty)
            gate.open()
            let reports = reports(of: set)
            #expect(reports[1]?.end == .exited(0))
            #expect(output(reports[1]) == "in\n")
        }
    }

    @Test func `whom a gate turns away has not executed, and says so`() throws {
        try withSet(of: 2) { set in
            let gate = StartGate()
            for ticket in 0..<2 { set.start(.test(["/bin/echo", "in"]), ticket: ticket, behind: gate) }
            gate.turnAway()
            for report in reports(of: set).values {
                #expect(report.end == .notStarted("its start was not recorded"))
                #expect(report.standardOutput.isEmpty)
            }
        }
    }

    @Test func `what is stopped before its gate opens never executes`() throws {
        try withSet(of: 1) { set in
            let gate = StartGate()
            set.start(.test(["/bin/echo", "in"]), ticket: 1, behind: gate)
            set.stop(ticket: 1, signal: SIGTERM)
            gate.open()
            let report = reports(of: set)[1]
            #expect(report?.end == .killed(signal: SIGTERM))
            #expect(output(report) == "")
        }
    }

    @Test(arguments: [
        ("/bin/echo", "/nonexistent", "the working directory '/nonexistent' does not exist"),
        ("/nonexistent", "/", "cannot start '/nonexistent': No such file or directory"),
        ("/etc/passwd", "/", "cannot start '/etc/passwd': Permission denied"),
        ("no-such-program", "/", "there is no program 'no-such-program'"),
    ])
    func `what cannot be executed says why, and its slot is free again`(
        _ program: String, _ folder: String, _ message: String
    ) throws {
        try withSet(of: 1) { set in
            for _ in 0..<2 {
                set.start(.test([program], workingDirectory: folder), ticket: 1)
                #expect(reports(of: set)[1]?.end == .notStarted(message))
            }
            set.start(.test(["/bin/echo", "next"]), ticket: 2)
            #expect(output(reports(of: set)[2]) == "next\n")
        }
    }

    // MARK: What the system says

    private static func state(of process: pid_t) -> Substring? {
        let line = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        return line?.split(separator: ")").last?.split(separator: " ").first
    }

    private static func program(of process: pid_t) -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/exe")
    }
}
