internal import CFlowProcess
package import FlowValue
internal import Glibc

/// The processes that run at once, started and waited for by one thread.
///
/// ```
/// start ──▶ made ──(gate opens)──▶ executes ──▶ outputs at their end, exited ──▶ completion
/// ```
///
/// One thread, because to start a process does not wait for its program (`flow_launch_start`), and each thread between
/// would be woken twice for it. A process dies with the thread that started it, so the owner must outlive them.
package final class ProcessSet {
    /// A process that has ended, with the ticket that it was started with.
    package struct Completion: Sendable {
        package let ticket: Int
        package let report: ProcessReport
    }

    private struct Slot {
        let place: AttemptPlace
        var running: (ticket: Int, attempt: ProcessAttempt)?
    }

    private let supervisor: Supervisor
    private let clock: () -> Timestamp
    private let watch = DescriptorWatch()
    /// One for each process that has run at the same time as others.
    private var slots: [Slot] = []
    private var freeSlots: [Int] = []
    /// Slots whose processes have been started since the last look.
    private var fresh: [Int] = []
    private var ended: [Completion] = []
    /// How many run.
    package private(set) var count = 0

    /// - Parameters:
    ///   - supervisor: What kills the attempts when this process dies; no more run at once than it has slots.
    ///   - clock: The present time.
    package init(supervisor: Supervisor, clock: @escaping () -> Timestamp) {
        self.supervisor = supervisor
        self.clock = clock
    }

    /// Readable when ``completions()`` may have something to give.
    package var descriptor: Int32 { watch.descriptor }

    /// The first process of each attempt that runs.
    var pids: [Int32] { slots.compactMap { $0.running?.attempt.pid } }

    // MARK: Starting

    /// Starts a process, without waiting for its program.
    ///
    /// - Parameters:
    ///   - order: What is run.
    ///   - ticket: What its completion will say.
    ///   - gate: What its program waits for; nil for nothing. It must be opened, or turn away, before ``completions()`` is
    ///     asked for.
    package func start(_ order: AttemptOrder, ticket: Int, behind gate: StartGate? = nil) {
        let index = freeSlots.popLast() ?? addSlot()
        let place = slots[index].place
        place.take(mark: order.mark)
        switch ProcessAttempt.start(order, in: place, behind: gate) {
        case .success(let attempt):
            slots[index].running = (ticket, attempt)
            fresh.append(index)
            count += 1
        case .failure(let error):
            place.clear()
            freeSlots.append(index)
            ended.append(Completion(ticket: ticket, report: ProcessReport(end: .notStarted(error.message))))
        }
    }

    private func addSlot() -> Int {
        slots.append(Slot(place: AttemptPlace(slot: slots.count, of: supervisor, watch: watch)))
        return slots.count - 1
    }

    /// Ends an attempt before its time; its completion is reported as ever.
    package func stop(ticket: Int, signal: Int32) {
        for slot in slots {
            guard let running = slot.running, running.ticket == ticket else { continue }
            running.attempt.stop(signal, now: clock())
        }
    }

    // MARK: Waiting

    /// When ``completions()`` must be asked for though no descriptor is ready.
    package var nextDeadline: Timestamp? {
        begin()
        if !ended.isEmpty { return clock() }
        var earliest: Timestamp?
        for slot in slots {
            guard let time = slot.running?.attempt.nextDeadline else { continue }
            earliest = earliest.map { min($0, time) } ?? time
        }
        return earliest
    }

    /// Waits until no more than so many run, or for a time.
    package func wait(untilAtMost enough: Int, for time: Duration) {
        let end = clock() + time
        while true {
            look()
            guard count > enough else { return }
            let rest = end - clock()
            // The clock may have been set back.
            guard rest > .zero, rest <= time else { return }
            flow_wait_readable(descriptor, Int32(clamping: rest.inMicroseconds))
        }
    }

    /// What has ended since the last call.
    package func completions() -> [Completion] {
        look()
        defer { ended.removeAll(keepingCapacity: true) }
        return ended
    }

    /// Their starts are durable, and their limits count from now on.
    private func begin() {
        guard !fresh.isEmpty else { return }
        let now = clock()
        for index in fresh { slots[index].running?.attempt.begin(at: now) }
        fresh.removeAll(keepingCapacity: true)
    }

    /// Sees to what is ready, and to those whose time has come.
    private func look() {
        guard count > 0 else { return }
        begin()
        let ready = watch.ready()
        let now = clock()
        for (index, kind) in ready { handle(index, now, kind) }
        for index in slots.indices {
            if let deadline = slots[index].running?.attempt.nextDeadline, deadline <= now { handle(index, now) }
        }
    }

    private func handle(_ index: Int, _ now: Timestamp, _ kind: DescriptorWatch.Kind? = nil) {
        guard let (ticket, attempt) = slots[index].running,
            let report = attempt.handle(now: now, isReady: (kind == .output, kind == .errors))
        else { return }
        slots[index].place.clear()
        slots[index].running = nil
        freeSlots.append(index)
        count -= 1
        ended.append(Completion(ticket: ticket, report: report))
    }
}
