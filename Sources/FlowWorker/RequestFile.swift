internal import CFlowProcess
internal import Glibc
internal import Synchronization

/// The memory in which the request of one attempt after the other lies: to make a file of it for each costs as much as
/// a tenth of starting a program.
///
/// A process finds it through `/proc`, and nothing is left of it when we die. Each attempt has a descriptor of its own,
/// whose number does not come back soon: who asks too late finds nothing, and not the request of another.
final class RequestFile {
    private var memory: Int32 = -1
    private var length = 0

    private static let turn = Mutex<Int32>(0)
    private static let firstNumber: Int32 = 64
    private static let numbers: Int32 = 256

    deinit {
        abandon()
    }

    /// Lays a request down for an attempt, and gives the descriptor that must be closed when that has ended; -1 if there
    /// is no memory or no descriptor.
    func descriptor(of request: [UInt8]) -> Int32 {
        if memory >= 0 {
            let count = unsafe request.withUnsafeBytes { unsafe pwrite(memory, $0.baseAddress, $0.count, 0) }
            if count != request.count || (request.count < length && ftruncate(memory, off_t(request.count)) != 0) {
                abandon()
            }
        }
        if memory < 0 {
            memory = unsafe request.withUnsafeBytes { unsafe flow_memory_file($0.baseAddress, $0.count) }
        }
        guard memory >= 0 else { return -1 }
        length = request.count
        let number = Self.turn.withLock { turn in
            turn = (turn + 1) % Self.numbers
            return Self.firstNumber + turn
        }
        let descriptor = fcntl(memory, F_DUPFD_CLOEXEC, number)
        // The limit of this process may be lower.
        return descriptor >= 0 ? descriptor : fcntl(memory, F_DUPFD_CLOEXEC, 0)
    }

    /// Leaves the memory to those who still have it open.
    func abandon() {
        if memory >= 0 { close(memory) }
        memory = -1
    }
}
