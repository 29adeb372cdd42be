import FlowModel
package import FlowPlan
package import FlowValue
import HeapModule

/// A run on a virtual clock: the same machine, with assumed durations and outcomes.
package struct VirtualRun {
    /// One attempt, in times counted from the run's start.
    package struct Entry: Sendable {
        package let node: NodeIndex
        /// From 1.
        package let attempt: Int
        package let start: Duration
        package internal(set) var end: Duration
        /// Whether the attempt was ended by a limit of a composite.
        package internal(set) var isCutShort = false
    }

    /// What an attempt is assumed to do.
    package struct Assumption: Sendable {
        package let duration: Duration
        package let outcome: AttemptOutcome
        /// Whether the value of a success is not known.
        package let isUnknown: Bool

        package init(duration: Duration, outcome: AttemptOutcome, isUnknown: Bool = false) {
            self.duration = duration
            self.outcome = outcome
            self.isUnknown = isUnknown
        }
    }

    /// What a person does to the run while it goes on.
    package struct Intervention: Sendable {
        /// Counted from the run's start.
        package let at: Duration
        /// What is done; nothing where it gives nil.
        package let event: @Sendable (RunMachine) -> RunEvent?

        package init(at time: Duration, event: @escaping @Sendable (RunMachine) -> RunEvent?) {
            at = time
            self.event = event
        }
    }

    package private(set) var machine: RunMachine
    /// Attempts in the order of their starts.
    package private(set) var timeline: [Entry] = []
    /// Whether something waits for ever: for a queue that nobody serves.
    package private(set) var isStuck = false
    private var gates = TaskGates()
    /// The attempts under way, by their nodes.
    private var running: [NodeIndex: Running] = [:]
    /// Their ends; those that were stopped are dropped when they come to the head.
    private var ends = Heap<End>()
    private let begin: Timestamp
    private let assume: (RunMachine, NodeIndex, Int) -> Assumption

    private struct Running {
        /// Its place in ``timeline``.
        let position: Int
        let assumption: Assumption
        let gate: TaskGate?
    }

    private struct End: Comparable {
        let at: Timestamp
        let position: Int

        static func < (left: End, right: End) -> Bool { (left.at, left.position) < (right.at, right.position) }
    }

    /// Runs a plan to its end.
    ///
    /// - Parameters:
    ///   - plan: What is run.
    ///   - directives: What a person asks of the run.
    ///   - concurrency: How many tasks run at once.
    ///   - begin: When the run begins.
    ///   - interventions: What a person does meanwhile, in the order of the times.
    ///   - assume: What the attempt of a task does; asked when it starts. What takes no time takes no slot.
    package init(
        plan: Plan, directives: RunDirectives = RunDirectives(), concurrency: Int,
        begin: Timestamp = Timestamp(microseconds: 0), interventions: [Intervention] = [],
        assume: @escaping (RunMachine, NodeIndex, _ attempt: Int) -> Assumption
    ) {
        self.begin = begin
        self.assume = assume
        machine = RunMachine(
            plan: plan,
            identity: RunIdentity(id: "plan", name: plan.spec.name, startedAt: begin, takesLongestJitter: true),
            directives: directives)
        machine.rehearsal = Rehearsal()
        var pending = interventions[...]
        var now = begin
        apply(.begun, now)
        while !machine.isFinished {
            claim(concurrency, now)
            let intervention = pending.first.map { begin + $0.at }
            guard let next = [nextTime(after: now), intervention].compactMap({ $0 }).min() else {
                isStuck = !machine.isFinished
                break
            }
            now = max(now, next)
            // What a clock decides comes before what a process does at the same time: that is always a little later.
            while let event = machine.nextDueEvent(at: now) { apply(event, now) }
            endAttempts(now)
            while let first = pending.first, begin + first.at <= now {
                pending.removeFirst()
                if let event = first.event(machine) { apply(event, now) }
            }
        }
    }

    /// How long the whole takes.
    package var length: Duration { timeline.map(\.end).max() ?? .zero }

    private mutating func apply(_ event: RunEvent, _ now: Timestamp) {
        for case .stop(let node, let attempt, _) in machine.handle(event, at: now) ?? [] {
            guard let stopped = running.removeValue(forKey: node) else { continue }
            if timeline[stopped.position].attempt == attempt {
                timeline[stopped.position].end = now - begin
                timeline[stopped.position].isCutShort = true
            }
            if let gate = stopped.gate { gates.end(gate) }
        }
    }

    private mutating func claim(_ concurrency: Int, _ now: Timestamp) {
        while let head = machine.head(isOpen: { [gates] in gates.isOpen($0, at: now) }) {
            let isImmediate = takesNoTime(head.node)
            guard isImmediate || running.count < concurrency else { return }
            if machine.isExpired(head.node, at: now) {
                apply(.expired(head.node), now)
                continue
            }
            let attempt = machine.status(of: head.node).attempts + 1
            let assumption = limited(assume(machine, head.node, attempt), head.node)
            if let gate = head.gate { gates.start(gate, at: now) }
            timeline.append(
                Entry(
                    node: head.node, attempt: attempt, start: now - begin, end: now - begin + assumption.duration))
            guard !isImmediate else {
                if assumption.isUnknown { machine.rehearsal?.unknown.insert(head.node) }
                if let gate = head.gate { gates.end(gate) }
                apply(.ran(head.node, by: WorkerKey(0), assumption.outcome), now)
                continue
            }
            apply(.started(head.node, by: WorkerKey(0)), now)
            running[head.node] = Running(position: timeline.count - 1, assumption: assumption, gate: head.gate)
            ends.insert(End(at: now + assumption.duration, position: timeline.count - 1))
        }
    }

    private func takesNoTime(_ node: NodeIndex) -> Bool {
        if let builtin = machine.plan.builtin(of: node) { return builtin.isPure }
        return false
    }

    /// What becomes of an attempt that would take longer than it may.
    private func limited(_ assumption: Assumption, _ node: NodeIndex) -> Assumption {
        let options = machine.plan.options(of: node)
        if let soft = options.softTimeLimit.value, assumption.duration > soft {
            let failure = TaskFailure(type: "SoftTimeLimitExceeded", message: "the soft time limit was exceeded")
            return Assumption(duration: soft, outcome: .failure(failure))
        }
        if let hard = options.timeLimit.value, assumption.duration > hard {
            let message = "the time limit of \(DurationText.short(hard)) was exceeded"
            return Assumption(
                duration: hard, outcome: .failure(TaskFailure(type: "TimeLimitExceeded", message: message)))
        }
        return assumption
    }

    private mutating func nextTime(after now: Timestamp) -> Timestamp? {
        let openings = machine.waitingGates.compactMap { gates.opening(of: $0, at: now) }
        return (openings + [nextEnd()?.at, machine.nextDue()].compactMap { $0 }).min()
    }

    private mutating func nextEnd() -> End? {
        while let end = ends.min, running[timeline[end.position].node]?.position != end.position { ends.removeMin() }
        return ends.min
    }

    private mutating func endAttempts(_ now: Timestamp) {
        while let end = nextEnd(), end.at <= now {
            let entry = timeline[end.position]
            guard let attempt = running.removeValue(forKey: entry.node) else { continue }
            if attempt.assumption.isUnknown { machine.rehearsal?.unknown.insert(entry.node) }
            if let gate = attempt.gate { gates.end(gate) }
            apply(.ended(entry.node, attempt: entry.attempt, attempt.assumption.outcome), now)
        }
    }
}
