internal import CFlowProcess
internal import Glibc

/// What one attempt after the other uses in a place where one runs at a time.
@safe final class AttemptPlace {
    let requests = RequestFile()
    /// What is read from a pipe at once: a piece of that size that is taken and given back each time is costly.
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
    /// Where the attempt's first process writes its number.
    let leader: UnsafeMutablePointer<pid_t>
    /// Where that process begins; nil where there is no memory.
    let launch: OpaquePointer?
    /// What its descriptors are waited for with.
    let watch: DescriptorWatch
    let slot: Int
    private let supervisor: Supervisor

    /// - Parameters:
    ///   - slot: Which slot of the supervisor the attempts have.
    ///   - supervisor: What kills them when this process dies.
    ///   - watch: Who waits for their descriptors.
    init(slot: Int, of supervisor: Supervisor, watch: DescriptorWatch) {
        unsafe leader = supervisor.leader(of: slot)
        unsafe launch = flow_launch_make()
        self.supervisor = supervisor
        self.watch = watch
        self.slot = slot
    }

    deinit {
        // A process that still stands before its gate, or is about to execute, needs its stack.
        if isFree, let launch = unsafe launch { unsafe flow_launch_free(launch) }
        unsafe buffer.deallocate()
    }

    /// Whether no attempt is here.
    private(set) var isFree = true

    /// Says what an attempt will carry in its environment, before it is started.
    func take(mark: String) {
        isFree = false
        supervisor.watch(slot, mark: mark)
    }

    /// Says that nothing of the attempt is to be killed any more.
    func clear() {
        supervisor.clear(slot)
        isFree = true
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
