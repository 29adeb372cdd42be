internal import CFlowProcess
internal import Glibc

/// The descriptors that one thread waits for, by what they belong to.
final class DescriptorWatch {
    /// What can be read of an attempt.
    enum Kind: UInt32 {
        case output, errors
        /// The end of its first process.
        case end
    }

    /// Readable as long as one of those is that are watched.
    let descriptor = flow_watch_make()

    init() {
        precondition(descriptor >= 0, "attempts need a descriptor to be waited for")
    }

    deinit {
        close(descriptor)
    }

    /// Watches a descriptor until ``leave(_:)``; gives an `errno` if that cannot be done.
    func add(_ descriptor: Int32, _ kind: Kind, of slot: Int) -> Int32 {
        flow_watch_add(self.descriptor, descriptor, UInt32(slot) << 2 | kind.rawValue)
    }

    /// Leaves a descriptor that is to be closed.
    func leave(_ descriptor: Int32) { flow_watch_leave(self.descriptor, descriptor) }

    /// What can be read without waiting: the slots, and of each what.
    func ready() -> [(slot: Int, kind: Kind)] {
        let room = 64
        return unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: room) { tokens in
            let count = unsafe flow_watch_ready(descriptor, tokens.baseAddress, Int32(room))
            return unsafe tokens.prefix(Int(count)).compactMap { token in
                Kind(rawValue: token & 3).map { (Int(token >> 2), $0) }
            }
        }
    }
}
