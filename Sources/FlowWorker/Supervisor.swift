internal import CFlowProcess
internal import Glibc
internal import Synchronization

/// A small process that outlives this one for as long as it takes to kill what its attempts have started.
///
/// It is a fork in a session of its own, waits for the end of a pipe, and holds the worker's lock until it has done its
/// work: who finds the lock free knows that nothing of the worker's attempts is alive. The attempts themselves are started
/// by ``ProcessSet``, which saves a hop for each, and their marks in shared memory say as much as parenthood would.
@safe package final class Supervisor: Sendable {
    private struct Child {
        var pid: pid_t
        var pipe: Int32
        var descriptor: Int32
    }

    // The memory is shared with the child and never unmapped: a new process may still write into its slot when the owner
    // is gone.
    nonisolated(unsafe) private let slots: UnsafeMutablePointer<flow_supervised>
    private let count: Int
    private let lock: Int32
    private let bell: String
    private let child: Mutex<Child>

    /// Starts the supervisor.
    ///
    /// - Parameters:
    ///   - count: How many attempts run at once.
    ///   - lock: The descriptor of the worker's lock.
    ///   - bell: The file that is written to when the dead worker's attempts are gone.
    package init(slots count: Int, lock: Int32, bell: String) {
        guard let slots = unsafe flow_supervised_slots(Int32(count)) else {
            preconditionFailure("no memory can be shared with the supervisor")
        }
        unsafe self.slots = unsafe slots
        self.count = count
        self.lock = lock
        self.bell = bell
        child = Mutex(Child(pid: -1, pipe: -1, descriptor: -1))
        start()
    }

    private func start() {
        child.withLock { child in
            unsafe child.pipe = flow_supervisor_start(slots, Int32(count), lock, bell, &child.pid)
            precondition(child.pipe >= 0, "the supervisor cannot be started")
            child.descriptor = flow_pidfd_open(child.pid)
        }
    }

    /// Readable when the supervisor has died, which it does only if somebody kills it.
    package var descriptor: Int32 { child.withLock { $0.descriptor } }

    /// Starts another one in the place of one that was killed.
    package func restart() {
        release()
        start()
    }

    /// Ends the supervisor: nothing is to be killed when this process ends.
    package func dismiss() {
        var byte = UInt8(ascii: "q")
        _ = child.withLock { unsafe write($0.pipe, &byte, 1) }
        release()
    }

    private func release() {
        child.withLock { child in
            var status: Int32 = 0
            while unsafe waitpid(child.pid, &status, 0) < 0, errno == EINTR {}
            close(child.pipe)
            close(child.descriptor)
        }
    }

    // MARK: Slots

    /// Says what the attempt of a slot will carry in its environment, before it is started.
    func watch(_ slot: Int, mark: String) {
        unsafe flow_supervise(slots + slot, mark)
    }

    /// Where the process that leads the attempt of a slot says so itself: its starter may be killed before it knows.
    func leader(of slot: Int) -> UnsafeMutablePointer<pid_t> {
        precondition(slot < count, "more attempts run at once than the supervisor watches")
        let bytes = unsafe UnsafeMutableRawPointer(slots + slot)
        return unsafe bytes.advanced(by: Self.leaderOffset).assumingMemoryBound(to: pid_t.self)
    }

    private static let leaderOffset = unsafe MemoryLayout<flow_supervised>.offset(of: \.leader).unsafelyUnwrapped

    /// Says that nothing of a slot's attempt is to be killed any more.
    func clear(_ slot: Int) {
        unsafe flow_supervise(slots + slot, "")
    }
}
