internal import CFlowProcess
package import FlowValue
internal import Glibc
internal import Synchronization

/// Threads that each run one process at a time, from its start to its end.
///
/// A start blocks its thread until the new program has been executed, so that more than one thread is needed to keep
/// several processors busy; a process dies with the thread that started it, so these live as long as the pool.
package final class ProcessPool: Sendable {
    /// A process that has ended, with the ticket that it was started with.
    package struct Completion: Sendable {
        package let ticket: Int
        package let report: ProcessReport
    }

    private let shared: Shared
    private let count: Int

    /// What the threads and the owner share.
    private final class Shared: Sendable {
        struct State {
            var orders: [(ticket: Int, order: AttemptOrder)] = []
            var completions: [Completion] = []
            /// Where the thread that runs an attempt is woken, by ticket.
            var wakers: [Int: Int32] = [:]
            /// Signals for attempts that are to be stopped, by ticket.
            var stops: [Int: Int32] = [:]
            var isClosed = false
            /// So many completions wake the owner.
            var wanted = 1
        }

        let state = Mutex(State())
        /// One byte in this pipe for each order, read by whichever thread is free.
        let orderPipe: (read: Int32, write: Int32)
        /// One byte in this pipe for each completion.
        let completionPipe: (read: Int32, write: Int32)
        let supervisor: Supervisor
        let clock: @Sendable () -> Timestamp
        /// Threads that have started: each takes the next slot of the supervisor.
        let threadCount = Mutex(0)

        init(supervisor: Supervisor, clock: @escaping @Sendable () -> Timestamp) {
            self.supervisor = supervisor
            // Who waits for an order does so in `read`, so that one of them is woken and not all.
            var ends: (read: Int32, write: Int32) = (-1, -1)
            let problem = unsafe flow_pipe(&ends.read, &ends.write)
            precondition(problem == 0, "a pool needs two pipes")
            orderPipe = ends
            completionPipe = Self.pipe()
            self.clock = clock
        }

        static func pipe() -> (read: Int32, write: Int32) {
            var ends: (read: Int32, write: Int32) = (-1, -1)
            let problem = unsafe flow_pipe_for_poll(&ends.read, &ends.write)
            precondition(problem == 0, "a pool needs two pipes")
            return ends
        }

        deinit {
            for end in [orderPipe.read, orderPipe.write, completionPipe.read, completionPipe.write] { close(end) }
        }

        func signal(_ descriptor: Int32) {
            var byte: UInt8 = 1
            while unsafe write(descriptor, &byte, 1) < 0, errno == EINTR {}
        }
    }

    /// - Parameters:
    ///   - count: How many processes run at once.
    ///   - supervisor: What kills the attempts when this process dies.
    ///   - clock: The present time.
    package init(threads count: Int, supervisor: Supervisor, clock: @escaping @Sendable () -> Timestamp) {
        self.count = count
        shared = Shared(supervisor: supervisor, clock: clock)
        for _ in 0..<count { Self.startThread(shared) }
    }

    deinit {
        shared.state.withLock { $0.isClosed = true }
        // Each thread sees that the pool is closed when it looks for an order.
        for _ in 0..<count { shared.signal(shared.orderPipe.write) }
    }

    /// Readable when ``completions()`` has something to give.
    package var descriptor: Int32 { shared.completionPipe.read }

    /// Waits until so many have ended, or for a time.
    package func wait(for count: Int, upTo time: Duration) {
        let isThere = shared.state.withLock { state in
            state.wanted = count
            return state.completions.count >= count
        }
        if !isThere { flow_wait_readable(descriptor, Int32(clamping: time.inMicroseconds)) }
        shared.state.withLock { $0.wanted = 1 }
    }

    /// Starts a process on a free thread.
    package func start(_ order: AttemptOrder, ticket: Int) {
        shared.state.withLock { $0.orders.append((ticket, order)) }
        shared.signal(shared.orderPipe.write)
    }

    /// Ends an attempt before its time; its completion is reported as ever.
    package func stop(ticket: Int, signal: Int32) {
        let waker = shared.state.withLock { state in
            // One that has not been taken by a thread yet is stopped when it is.
            state.stops[ticket] = signal
            return state.wakers[ticket]
        }
        if let waker { shared.signal(waker) }
    }

    /// What has ended since the last call.
    package func completions() -> [Completion] {
        unsafe withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
            while unsafe read(shared.completionPipe.read, buffer.baseAddress, buffer.count) == buffer.count {}
        }
        return shared.state.withLock { state in
            defer { state.completions.removeAll(keepingCapacity: true) }
            return state.completions
        }
    }

    // MARK: Threads

    private static func startThread(_ shared: Shared) {
        var thread = pthread_t()
        let context = unsafe Unmanaged.passRetained(shared).toOpaque()
        unsafe pthread_create(
            &thread, nil,
            { context in
                guard let context = unsafe context else { return nil }
                let shared = unsafe Unmanaged<Shared>.fromOpaque(context).takeRetainedValue()
                let slot = shared.threadCount.withLock { count in
                    defer { count += 1 }
                    return count
                }
                let wake = Shared.pipe()
                let place = AttemptPlace(slot: slot, of: shared.supervisor)
                flow_block_signals()
                while let (ticket, order) = ProcessPool.nextOrder(shared) {
                    shared.state.withLock { $0.wakers[ticket] = wake.write }
                    place.watch(mark: order.mark)
                    let report = ProcessPool.run(order, ticket, in: place, wake.read, shared)
                    place.clear()
                    let isWanted = shared.state.withLock { state in
                        state.wakers[ticket] = nil
                        state.stops[ticket] = nil
                        state.completions.append(Completion(ticket: ticket, report: report))
                        return state.completions.count >= state.wanted
                    }
                    if isWanted { shared.signal(shared.completionPipe.write) }
                }
                close(wake.read)
                close(wake.write)
                return nil
            }, context)
        pthread_detach(thread)
    }

    private static func nextOrder(_ shared: Shared) -> (ticket: Int, order: AttemptOrder)? {
        while true {
            var byte: UInt8 = 0
            guard unsafe read(shared.orderPipe.read, &byte, 1) == 1 else { continue }
            let (order, isClosed) = shared.state.withLock { state in
                (state.orders.isEmpty ? nil : state.orders.removeFirst(), state.isClosed)
            }
            if let order { return order }
            if isClosed { return nil }
        }
    }

    /// Runs one process to its end.
    private static func run(
        _ order: AttemptOrder, _ ticket: Int, in place: AttemptPlace, _ wake: Int32, _ shared: Shared
    ) -> ProcessReport {
        let attempt: ProcessAttempt
        switch ProcessAttempt.start(order, in: place, now: shared.clock(), signalsAreBlocked: true) {
        case .success(let started): attempt = started
        case .failure(let error): return ProcessReport(end: .notStarted(error.message))
        }
        var descriptors = [pollfd](repeating: pollfd(fd: wake, events: Int16(POLLIN), revents: 0), count: 4)
        while true {
            if let signal = shared.state.withLock({ $0.stops.removeValue(forKey: ticket) }) {
                attempt.stop(signal, now: shared.clock())
            }
            let (output, errors, process) = attempt.descriptors
            (descriptors[0].fd, descriptors[1].fd, descriptors[2].fd) = (output, errors, process)
            var timeout: Int32 = -1
            if let deadline = attempt.nextDeadline {
                let milliseconds = ((deadline - shared.clock()).inMicroseconds + 999) / 1000
                timeout = Int32(clamping: max(0, milliseconds))
            }
            // What an interrupted call leaves in the list is that of the call before.
            if unsafe poll(&descriptors, nfds_t(descriptors.count), timeout) < 0 { continue }
            if descriptors[3].revents != 0 {
                unsafe withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
                    _ = unsafe read(wake, buffer.baseAddress, buffer.count)
                }
            }
            let isReady = (descriptors[0].revents != 0, descriptors[1].revents != 0)
            if let report = attempt.handle(now: shared.clock(), isReady: isReady) { return report }
        }
    }
}
