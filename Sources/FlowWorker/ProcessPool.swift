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

    /// What the threads and the owner share.
    private final class Shared: Sendable {
        struct State {
            var orders: [(ticket: Int, order: AttemptOrder)] = []
            var completions: [Completion] = []
            var isClosed = false
        }

        let state = Mutex(State())
        /// One byte in this pipe for each order, read by whichever thread is free.
        let orderPipe: (read: Int32, write: Int32)
        /// One byte in this pipe for each completion.
        let completionPipe: (read: Int32, write: Int32)
        let clock: @Sendable () -> Timestamp

        init(clock: @escaping @Sendable () -> Timestamp) {
            orderPipe = Self.pipe()
            completionPipe = Self.pipe()
            self.clock = clock
        }

        private static func pipe() -> (read: Int32, write: Int32) {
            var ends: (read: Int32, write: Int32) = (-1, -1)
            let problem = unsafe flow_pipe(&ends.read, &ends.write)
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
    ///   - clock: The present time.
    package init(threads count: Int, clock: @escaping @Sendable () -> Timestamp) {
        shared = Shared(clock: clock)
        for _ in 0..<count { Self.startThread(shared) }
    }

    deinit {
        shared.state.withLock { $0.isClosed = true }
        // Each thread sees that the pool is closed when it looks for an order.
        for _ in 0..<1024 { shared.signal(shared.orderPipe.write) }
    }

    /// Readable when ``completions()`` has something to give.
    package var descriptor: Int32 { shared.completionPipe.read }

    /// Starts a process on a free thread.
    package func start(_ order: AttemptOrder, ticket: Int) {
        shared.state.withLock { $0.orders.append((ticket, order)) }
        shared.signal(shared.orderPipe.write)
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
                while let (ticket, order) = ProcessPool.nextOrder(shared) {
                    let report = ProcessPool.run(order, shared)
                    shared.state.withLock { $0.completions.append(Completion(ticket: ticket, report: report)) }
                    shared.signal(shared.completionPipe.write)
                }
                return nil
            }, context)
        pthread_detach(thread)
    }

    private static func nextOrder(_ shared: Shared) -> (ticket: Int, order: AttemptOrder)? {
        while true {
            var wait = pollfd(fd: shared.orderPipe.read, events: Int16(POLLIN), revents: 0)
            _ = unsafe poll(&wait, 1, -1)
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
    private static func run(_ order: AttemptOrder, _ shared: Shared) -> ProcessReport {
        let attempt: ProcessAttempt
        switch ProcessAttempt.start(order, now: shared.clock()) {
        case .success(let started): attempt = started
        case .failure(let error): return ProcessReport(end: .notStarted(error.message))
        }
        while true {
            var descriptors = attempt.descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            var timeout: Int32 = -1
            if let deadline = attempt.nextDeadline {
                let milliseconds = ((deadline - shared.clock()).inMicroseconds + 999) / 1000
                timeout = Int32(clamping: max(0, milliseconds))
            }
            _ = unsafe poll(&descriptors, nfds_t(descriptors.count), timeout)
            if let report = attempt.handle(now: shared.clock()) { return report }
        }
    }
}
