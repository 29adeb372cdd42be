import FlowPlan
import FlowValue

/// What most nodes do not have, kept apart: these tables are looked at rarely, and a machine is copied often.
extension RunMachine {
    struct Details: Sendable {
        var failures: NodeTable<TaskFailure> = NodeTable()
        var causes: NodeTable<SkipCause> = NodeTable()
        /// Why members of a composite were kept from running though nothing in it had failed.
        var cuts: NodeTable<SkipCause> = NodeTable()
        var dueTimes: NodeTable<Timestamp> = NodeTable()
        var expiries: NodeTable<Timestamp> = NodeTable()
        /// When the time of an open composite is over.
        var deadlines: NodeTable<Timestamp> = NodeTable()
        /// Of a fan-out with `max` the copy that starts next.
        var nextCopies: NodeTable<NodeIndex> = NodeTable()
        /// What an earlier run gave, by the ids of its tasks.
        var taken: [String: JSONValue] = [:]
        /// Nodes that are to be revoked, with all in them, when their turn comes.
        var marked: Set<NodeIndex> = []
        /// What is not known, where the run is only rehearsed.
        var rehearsal: Rehearsal?
        /// What the run gives, when all but `on_exit` has ended.
        var conclusion: Conclusion?
    }

    var failures: NodeTable<TaskFailure> {
        _read { yield boxedDetails.value.failures }
        _modify { yield &boxedDetails.value.failures }
    }

    var causes: NodeTable<SkipCause> {
        _read { yield boxedDetails.value.causes }
        _modify { yield &boxedDetails.value.causes }
    }

    var cuts: NodeTable<SkipCause> {
        _read { yield boxedDetails.value.cuts }
        _modify { yield &boxedDetails.value.cuts }
    }

    var dueTimes: NodeTable<Timestamp> {
        _read { yield boxedDetails.value.dueTimes }
        _modify { yield &boxedDetails.value.dueTimes }
    }

    var expiries: NodeTable<Timestamp> {
        _read { yield boxedDetails.value.expiries }
        _modify { yield &boxedDetails.value.expiries }
    }

    var deadlines: NodeTable<Timestamp> {
        _read { yield boxedDetails.value.deadlines }
        _modify { yield &boxedDetails.value.deadlines }
    }

    var nextCopies: NodeTable<NodeIndex> {
        _read { yield boxedDetails.value.nextCopies }
        _modify { yield &boxedDetails.value.nextCopies }
    }

    var taken: [String: JSONValue] {
        _read { yield boxedDetails.value.taken }
        _modify { yield &boxedDetails.value.taken }
    }

    var marked: Set<NodeIndex> {
        _read { yield boxedDetails.value.marked }
        _modify { yield &boxedDetails.value.marked }
    }

    /// What is not known, where the run is only rehearsed.
    package var rehearsal: Rehearsal? {
        _read { yield boxedDetails.value.rehearsal }
        _modify { yield &boxedDetails.value.rehearsal }
    }

    var conclusion: Conclusion? {
        _read { yield boxedDetails.value.conclusion }
        _modify { yield &boxedDetails.value.conclusion }
    }
}

/// What few nodes have: looking for it where no node has it, or taking it from none, costs nothing.
struct NodeTable<Value: Sendable>: Sendable {
    private var values: [NodeIndex: Value] = [:]

    var isEmpty: Bool { values.isEmpty }

    subscript(_ node: NodeIndex) -> Value? {
        get { values.isEmpty ? nil : values[node] }
        set {
            if newValue != nil || !values.isEmpty { values[node] = newValue }
        }
    }
}
