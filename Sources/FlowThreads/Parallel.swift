internal import CFlowThreads
internal import Synchronization

/// Work on many values at once, on threads of its own.
package enum Parallel {
    /// The number of processors that the calling thread may use.
    package static var processorCount: Int { Int(flow_processor_count()) }

    /// The results in the order of the values.
    package static func map<Value: Sendable, Result: Sendable>(
        _ values: [Value], threads: Int, _ body: @escaping @Sendable (Value) -> Result
    ) -> [Result] {
        guard values.count > 1, threads > 1 else { return values.map(body) }
        let work = Work(values.count) { body(values[$0]) }
        let helpers = (1..<min(threads, values.count)).compactMap { _ in WorkThread { work.run() } }
        work.run()
        for helper in helpers { helper.join() }
        return work.results.withLock { $0.compactMap { $0 } }
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
