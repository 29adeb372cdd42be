package import FlowValue
internal import Glibc

/// The place of a process that runs alone, on the thread that asks for it.
///
/// A chain has one at a time: to hand it to a thread of ``ProcessPool`` and to be woken by it again takes longer than to
/// wait for the start of one program.
package final class LoneProcess {
    private let clock: () -> Timestamp
    private let place: AttemptPlace
    private var running: (ticket: Int, attempt: ProcessAttempt)?
    /// Nobody has waited since the start: hardly any program is that short.
    private var isFresh = false
    /// One that could not be started.
    private var failed: ProcessPool.Completion?

    /// - Parameters:
    ///   - supervisor: What kills the attempt when this process dies.
    ///   - slot: Its place with the supervisor, which no thread has.
    ///   - clock: The present time.
    package init(supervisor: Supervisor, slot: Int, clock: @escaping () -> Timestamp) {
        place = AttemptPlace(slot: slot, of: supervisor)
        self.clock = clock
    }

    package var isFree: Bool { running == nil && failed == nil }

    /// Starts a process; blocks until its program has been executed.
    package func start(_ order: AttemptOrder, ticket: Int) {
        precondition(isFree, "one process runs alone")
        place.watch(mark: order.mark)
        switch ProcessAttempt.start(order, in: place, now: clock(), signalsAreBlocked: false) {
        case .success(let attempt):
            running = (ticket, attempt)
            isFresh = true
            place.prepare()
        case .failure(let error):
            place.clear()
            failed = ProcessPool.Completion(ticket: ticket, report: ProcessReport(end: .notStarted(error.message)))
        }
    }

    /// Ends the attempt before its time; its completion is reported as ever.
    ///
    /// - Returns: Whether it is the one that runs here.
    package func stop(ticket: Int, signal: Int32) -> Bool {
        guard let running, running.ticket == ticket else { return false }
        running.attempt.stop(signal, now: clock())
        return true
    }

    /// What to wait for.
    package var descriptors: [Int32] {
        guard let (output, errors, process) = running?.attempt.descriptors else { return [] }
        return [output, errors, process].filter { $0 >= 0 }
    }

    /// When ``completion()`` must be asked for though no descriptor is ready.
    package var nextDeadline: Timestamp? { failed == nil ? running?.attempt.nextDeadline : clock() }

    /// The end of the process; nil while it runs, or where none does.
    package func completion() -> ProcessPool.Completion? {
        if let failed {
            self.failed = nil
            return failed
        }
        guard let (ticket, attempt) = running, !isFresh else {
            isFresh = false
            return nil
        }
        let (output, errors, process) = attempt.descriptors
        var look = [output, errors, process].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let count = unsafe poll(&look, nfds_t(look.count), 0)
        let isReady = count > 0 ? (look[0].revents != 0, look[1].revents != 0) : (false, false)
        guard let report = attempt.handle(now: clock(), isReady: isReady) else { return nil }
        place.clear()
        running = nil
        return ProcessPool.Completion(ticket: ticket, report: report)
    }
}
