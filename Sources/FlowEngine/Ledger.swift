package import FlowPlan
package import FlowValue

/// The number of a run in its store.
package struct RunKey: Hashable, Comparable, Sendable {
    package let rawValue: Int64

    package init(_ rawValue: Int64) {
        self.rawValue = rawValue
    }

    package static func < (left: RunKey, right: RunKey) -> Bool { left.rawValue < right.rawValue }
}

/// One event of a run's history, with what was kept beside it.
package struct LedgerEntry: Sendable {
    package let event: RunEvent
    package let at: Timestamp
    /// Where the output of the attempt lies; nil if it wrote nothing.
    package var output: OutputRange?
    /// The file that holds a result which is too large for a row.
    package var resultFile: String?

    package init(_ event: RunEvent, at time: Timestamp, output: OutputRange? = nil, resultFile: String? = nil) {
        self.event = event
        at = time
        self.output = output
        self.resultFile = resultFile
    }
}

/// Where the output of an attempt lies: a range of the segment that its worker writes for the run.
package struct OutputRange: Sendable, Hashable {
    package let worker: WorkerKey
    /// In bytes from the segment's start.
    package let offset: Int64
    /// In bytes.
    package let length: Int64

    package init(worker: WorkerKey, offset: Int64, length: Int64) {
        self.worker = worker
        self.offset = offset
        self.length = length
    }
}

/// What the runs of a store look like inside one transaction.
///
/// Nobody else writes while a transaction for writing is open, and all that is appended becomes durable with its commit,
/// or none of it.
package protocol Ledger {
    /// Whether the worker was declared dead: then it must not write any more.
    mutating func isFenced(_ worker: WorkerKey) throws -> Bool
    /// Declares a worker dead, for good.
    mutating func fence(_ worker: WorkerKey) throws
    /// The events of a run after a position, in order; a run's first event has position 1.
    mutating func events(of run: RunKey, after position: Int64) throws -> [(event: RunEvent, at: Timestamp)]
    /// Appends events to a run whose last one has a position.
    mutating func append(_ entries: [LedgerEntry], to run: RunKey, after position: Int64) throws
    /// How far a limit on a task's starts is used up, by workers that live.
    func gate(_ name: String) throws -> TaskGates.State
    /// Records before which time nothing more of a task starts.
    mutating func setNextStart(_ gate: String, _ time: Timestamp) throws
    /// Records that an attempt counts for a limit, until it is released or its worker is dead.
    mutating func hold(_ gate: String, by worker: WorkerKey, _ run: RunKey, _ node: NodeIndex, _ attempt: Int) throws
    mutating func release(_ gate: String, by worker: WorkerKey, _ run: RunKey, _ node: NodeIndex, _ attempt: Int) throws
    mutating func releaseAll(of worker: WorkerKey) throws
    /// Records that a run has ended.
    mutating func finish(_ run: RunKey, _ state: TaskState, at time: Timestamp) throws
}
