package import Glibc
internal import Synchronization

/// Work on many values at once, on threads of its own.
///
/// Not on Swift's concurrency: a first `await` costs more than most checks take.
package enum Parallel {
    /// The number of processors that are online.
    package static var processorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// The results in the order of the values.
    package static func map<Value: Sendable, Result: Sendable>(
        _ values: [Value], threads: Int, _ body: @escaping @Sendable (Value) -> Result
    ) -> [Result] {
        guard values.count > 1, threads > 1 else { return values.map(body) }
        let work = Work(values.count) { body(values[$0]) }
        let handles = (1..<min(threads, values.count)).compactMap { _ in start { work.run() } }
        work.run()
        for handle in handles { pthread_join(handle, nil) }
        return work.results.withLock { $0.compactMap { $0 } }
    }

    /// Starts a thread, which must be joined; nil if there is none to be had.
    package static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
        var handle = pthread_t()
        let box = unsafe Unmanaged.passRetained(ThreadBody(body))
        let status = unsafe pthread_create(
            &handle, nil,
            { pointer in
                guard let pointer = unsafe pointer else { return nil }
                unsafe Unmanaged<ThreadBody>.fromOpaque(pointer).takeRetainedValue().body()
                return nil
            }, box.toOpaque())
        guard status == 0 else {
            unsafe box.release()
            return nil
        }
        return handle
    }

    private final class ThreadBody: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }

    /// The numbers that are left, and what they gave.
    private final class Work<Result: Sendable>: Sendable {
        private let next = Atomic(0)
        private let count: Int
        private let step: @Sendable (Int) -> Result
        let results: Mutex<[Result?]>

        init(_ count: Int, _ step: @escaping @Sendable (Int) -> Result) {
            self.count = count
            self.step = step
            results = Mutex([Result?](repeating: nil, count: count))
        }

        func run() {
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < count else { return }
                let result = step(index)
                results.withLock { $0[index] = result }
            }
        }
    }
}
