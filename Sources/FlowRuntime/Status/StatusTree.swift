import FlowDiagnostics
package import FlowEngine
import FlowModel
import FlowPlan
import FlowStore
import FlowValue

/// One run as a tree of steps with their times; large groups are folded, and what failed comes first in them.
package struct StatusTree {
    private let snapshot: RunSnapshot
    /// The states of steps that are shown; nil for all.
    private let states: Set<TaskState>?
    private var machine: RunMachine { snapshot.machine }
    private var plan: Plan { snapshot.machine.plan }

    /// How many members are shown of a group, and of what has an order that a person has written.
    private static let (mostMembers, mostSteps) = (12, 200)

    package init(_ snapshot: RunSnapshot, states: Set<TaskState>? = nil) {
        self.snapshot = snapshot
        self.states = states
    }

    /// Of a longer result it is only said where to see it.
    private static let resultInBytes = 4096

    /// The lines, the run's summary first.
    package var lines: [String] {
        var lines = Summary(snapshot).lines(mostResult: Self.resultInBytes)
        if snapshot.isInterrupted {
            lines.append("interrupted: nobody drives this run; carry it on with: flowrun resume \(snapshot.row.id)")
        } else if !machine.isFinished, !snapshot.isDriven {
            lines.append("waits for a worker: start one with: flowrun worker")
        }
        if let states {
            plan.forEachNode { node in
                let status = machine.status(of: node)
                if !status.isIdle, states.contains(status.state) { lines.append(line(node, status, indent: "  ")) }
            }
            return lines
        }
        write(plan.root, indent: "  ", to: &lines)
        if let exit = plan.onExit { write(exit, indent: "  ", to: &lines) }
        return lines
    }

    /// Writes a node and what stands in it.
    private func write(_ node: NodeIndex, indent: String, to lines: inout [String]) {
        let status = machine.status(of: node)
        guard !status.isIdle else { return }
        lines.append(line(node, status, indent: indent))
        let inner = indent + "  "
        let members = plan.members(of: node)
        let isFolded = members.count > (isOrdered(node) ? Self.mostSteps : Self.mostMembers)
        if isFolded {
            fold(members, indent: inner, to: &lines)
        }
        // What is folded stands before all else.
        var cursor = isFolded ? members.last.flatMap { plan.nextSibling(of: $0) } : plan.firstChild(of: node)
        while let child = cursor {
            write(child, indent: inner, to: &lines)
            cursor = plan.nextSibling(of: child)
        }
    }

    private func isOrdered(_ node: NodeIndex) -> Bool {
        switch plan[node].kind {
        case .chain, .steps, .workflow: true
        case .group, .chord, .chunks, .fanOut, .task, .map, .starmap: false
        }
    }

    /// Writes the members that matter most, and how many others there are in each state.
    private func fold(_ members: [NodeIndex], indent: String, to lines: inout [String]) {
        let machine = machine
        func rank(_ state: TaskState) -> Int {
            switch state {
            case .failure, .revoked: 0
            case .started, .retry: 1
            case .pending, .success, .skipped, .ignored: 2
            }
        }
        var counts = [Int](repeating: 0, count: TaskState.allCases.count)
        var ranked: [(rank: Int, node: NodeIndex, state: TaskState)] = []
        for member in members {
            let state = machine.state(of: member)
            counts[Int(state.rawValue)] += 1
            if rank(state) < 2 { ranked.append((rank(state), member, state)) }
        }
        ranked.sort { ($0.rank, $0.node) < ($1.rank, $1.node) }
        for (_, member, state) in ranked.prefix(Self.mostMembers - 2) {
            write(member, indent: indent, to: &lines)
            counts[Int(state.rawValue)] -= 1
        }
        let texts = TaskState.allCases.compactMap { state in
            let count = counts[Int(state.rawValue)]
            return count == 0 ? nil : "\(count) \(state.name)"
        }
        if !texts.isEmpty { lines.append("\(indent)… \(texts.joined(separator: ", "))") }
    }

    private func line(_ node: NodeIndex, _ status: RunMachine.Status, indent: String) -> String {
        var line = "\(indent)\(status.state.name.padded(to: 8)) \(plan.id(of: node))"
        if let start = status.startedAt {
            let end = status.finishedAt ?? (status.state == .started ? WallClock.now : nil)
            if let end { line += "  \(DurationText.short(max(.zero, end - start)))" }
        }
        if status.attempts > 1 { line += "  \(status.attempts) attempts" }
        if status.isTaken { line += "  taken over" }
        if let failure = status.failure, plan.isTask(node) || machine.blamed(for: node) == node {
            line += "  \(TerminalText.visible(failure.message))"
        }
        if let due = status.nextAttemptAt { line += "  due at \(due.iso8601)" }
        if let cause = status.cause { line += "  \(StepLine.because(cause, node, machine))" }
        if status.state == .started, machine.running[node] != nil, !snapshot.isDriven {
            line += "  its worker is gone"
        }
        return line
    }
}
