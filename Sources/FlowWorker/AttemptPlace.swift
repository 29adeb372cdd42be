internal import CFlowProcess
internal import Glibc

/// What one attempt after the other uses in a place where one runs at a time.
@safe final class AttemptPlace {
    let requests = RequestFile()
    /// What is read from a pipe at once: a piece of that size that is taken and given back each time is costly.
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
    /// Where the attempt's first process writes its number.
    let leader: UnsafeMutablePointer<pid_t>
    private let supervisor: Supervisor
    private let slot: Int
    private var spare: OutputPipes?

    /// - Parameters:
    ///   - slot: Which slot of the supervisor the attempts have.
    ///   - supervisor: What kills them when this process dies.
    init(slot: Int, of supervisor: Supervisor) {
        unsafe leader = supervisor.leader(of: slot)
        self.supervisor = supervisor
        self.slot = slot
    }

    /// Says what an attempt will carry in its environment, before it is started.
    func watch(mark: String) { supervisor.watch(slot, mark: mark) }

    /// Says that nothing of the attempt is to be killed any more.
    func clear() { supervisor.clear(slot) }

    deinit {
        spare?.close()
        unsafe buffer.deallocate()
    }

    /// Makes the pipes of the next attempt, which has less to wait for then.
    func prepare() {
        guard spare == nil else { return }
        let (pipes, problem) = OutputPipes.make()
        if problem == 0 { spare = pipes }
    }

    /// The pipes of an attempt, or the `errno` that says why there are none.
    func takePipes() -> (pipes: OutputPipes, problem: Int32) {
        guard let spare else { return OutputPipes.make() }
        self.spare = nil
        return (spare, 0)
    }
}

/// The ends of the pipes that standard output and standard error of a program go through; -1 for what is closed.
struct OutputPipes {
    var output: Int32 = -1
    var errors: Int32 = -1
    /// The ends that the program writes to.
    var outputEnd: Int32 = -1
    var errorsEnd: Int32 = -1

    static func make() -> (pipes: OutputPipes, problem: Int32) {
        var pipes = OutputPipes()
        var problem = unsafe flow_pipe(&pipes.output, &pipes.outputEnd)
        if problem == 0 { problem = unsafe flow_pipe(&pipes.errors, &pipes.errorsEnd) }
        if problem != 0 {
            pipes.close()
            pipes = OutputPipes()
        }
        return (pipes, problem)
    }

    /// Closes all ends.
    func close() {
        for end in [output, errors, outputEnd, errorsEnd] where end >= 0 { _ = Glibc.close(end) }
    }
}
