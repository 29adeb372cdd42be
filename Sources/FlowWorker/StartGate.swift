internal import CFlowProcess

/// Holds programs back whose processes have been made, until their start is durable.
///
/// While a commit waits for the disk, the new processes get their pipes and their folder; they execute when it has
/// returned. Nobody else stands before a gate.
@safe package final class StartGate: @unchecked Sendable {
    // New processes read it, which share our memory: who starts them keeps the gate until they have ended.
    let state = UnsafeMutablePointer<UInt32>.allocate(capacity: 1)

    package init() {
        unsafe state.initialize(to: 0)
    }

    deinit {
        // Of those that are turned away nobody waits for the end: the last of them may still look.
        if isOpen { unsafe state.deallocate() }
    }

    private var isOpen = false

    /// Lets all execute that stand here, or will.
    package func open() {
        isOpen = true
        unsafe flow_gate_open(state)
    }

    /// Ends all that stand here, or will: their starts are not recorded.
    package func turnAway() { unsafe flow_gate_turn_away(state) }
}
