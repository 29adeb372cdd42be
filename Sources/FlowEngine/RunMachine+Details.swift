import FlowPlan
import FlowValue

/// What most nodes do not have, kept apart: these tables are looked at rarely, and a machine is copied often.
extension RunMachine {
    struct Details: Sendable {
        var failures: [NodeIndex: TaskFailure] = [:]
        var causes: [NodeIndex: SkipCause] = [:]
        /// Why members of a composite were kept from running though nothing in it had failed.
        var cuts: [NodeIndex: SkipCause] = [:]
        var dueTimes: [NodeIndex: Timestamp] = [:]
        var expiries: [NodeIndex: Timestamp] = [:]
        /// When the time of an open composite is over.
        var deadlines: [NodeIndex: Timestamp] = [:]
        /// Of a fan-out with `max` the copy that starts next.
        var nextCopies: [NodeIndex: NodeIndex] = [:]
        /// What an earlier run gave, by the ids of its tasks.
        var taken: [String: JSONValue] = [:]
        /// Nodes that are to be revoked, with all in them, when their turn comes.
        var marked: Set<NodeIndex> = []
        /// What is not known, where the run is only rehearsed.
        var rehearsal: Rehearsal?
        /// What the run gives, when all but `on_exit` has ended.
        var conclusion: Conclusion?
    }

    var failures: [NodeIndex: TaskFailure] {
        _read { yield boxedDetails.value.failures }
        _modify { yield &boxedDetails.value.failures }
    }

    var causes: [NodeIndex: SkipCause] {
        _read { yield boxedDetails.value.causes }
        _modify { yield &boxedDetails.value.causes }
    }

    var cuts: [NodeIndex: SkipCause] {
        _read { yield boxedDetails.value.cuts }
        _modify { yield &boxedDetails.value.cuts }
    }

    var dueTimes: [NodeIndex: Timestamp] {
        _read { yield boxedDetails.value.dueTimes }
        _modify { yield &boxedDetails.value.dueTimes }
    }

    var expiries: [NodeIndex: Timestamp] {
        _read { yield boxedDetails.value.expiries }
        _modify { yield &boxedDetails.value.expiries }
    }

    var deadlines: [NodeIndex: Timestamp] {
        _read { yield boxedDetails.value.deadlines }
        _modify { yield &boxedDetails.value.deadlines }
    }

    var nextCopies: [NodeIndex: NodeIndex] {
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
