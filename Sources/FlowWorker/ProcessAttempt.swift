internal import CFlowProcess
package import FlowValue
internal import Glibc

/// One running process: its pipes, limits and end.
///
/// It belongs to one thread, which polls ``descriptors`` and calls ``handle(now:)`` when one is ready or
/// ``nextDeadline`` has come.
package final class ProcessAttempt {
    private let order: AttemptOrder
    /// The leader of the attempt's process group.
    package private(set) var pid: Int32 = 0
    private var processDescriptor: Int32 = -1
    private var output: Int32 = -1
    private let place: AttemptPlace
    /// Its process may look at it at any time until it executes.
    private let gate: StartGate?
    /// Where a process finds the request.
    private var request: Int32 = -1
    private var errors: Int32 = -1
    private var report = ProcessReport(end: .exited(0))
    private var exitStatus: Int32?
    private var softDeadline: Timestamp?
    private var hardDeadline: Timestamp?
    private var drainDeadline: Timestamp?
    private var patienceEnd = Timestamp(microseconds: 0)
    private var softWasSent = false
    private var hardWasSent = false
    /// Somebody does not want the outcome any more.
    private var isStopped = false

    /// Starts the process.
    ///
    /// It may not have executed its program yet when this returns; if that fails, the report says so.
    ///
    /// - Parameters:
    ///   - order: What is run.
    ///   - place: Where it runs, taken; no other attempt is there as long as it does.
    ///   - gate: What the program waits for; nil for nothing.
    /// - Returns: The attempt, or why there is no process.
    static func start(
        _ order: AttemptOrder, in place: AttemptPlace, behind gate: StartGate? = nil
    ) -> Result<ProcessAttempt, LaunchError> {
        let attempt = ProcessAttempt(order, in: place, behind: gate)
        if let problem = attempt.launch() { return .failure(LaunchError(message: problem)) }
        return .success(attempt)
    }

    /// Says from when the limits count: its start is durable.
    func begin(at now: Timestamp) {
        softDeadline = order.softTimeLimit.map { now + $0 - order.spent }
        hardDeadline = order.timeLimit.map { now + $0 - order.spent }
        patienceEnd = now + Self.patience
    }

    /// Why a process could not be started.
    package struct LaunchError: Error {
        package let message: String
    }

    private init(_ order: AttemptOrder, in place: AttemptPlace, behind gate: StartGate?) {
        self.gate = gate
        self.order = order
        self.place = place
    }

    private func launch() -> String? {
        request = place.requests.descriptor(of: order.request)
        guard request >= 0 else { return "no memory is left for the request: \(Self.describe(errno))" }
        guard let path = program() else {
            closeAll()
            return "there is no program '\(order.argv[0])'"
        }
        var (pipes, problem) = OutputPipes.make()
        (output, errors) = (pipes.output, pipes.errors)
        if problem == 0 { problem = place.watch.add(output, .output, of: place.slot) }
        if problem == 0 { problem = place.watch.add(errors, .errors, of: place.slot) }
        let input = standardInput()
        defer {
            Glibc.close(pipes.outputEnd)
            Glibc.close(pipes.errorsEnd)
            if input >= 0, input != Self.nothing { Glibc.close(input) }
        }
        guard problem == 0, input >= 0 else {
            closeAll()
            return "no descriptors are left: \(Self.describe(problem == 0 ? errno : problem))"
        }
        problem = spawn(path, input, pipes.outputEnd, pipes.errorsEnd)
        guard problem == 0 else {
            closeAll()
            return describeFailure(problem)
        }
        return nil
    }

    /// Why the program was not executed.
    private func describeFailure(_ problem: Int32) -> String {
        let hasFolder = unsafe access(order.workingDirectory, F_OK) == 0
        if problem == ECANCELED { return "its start was not recorded" }
        return problem == E2BIG
            ? "the arguments are too long for the system; declare one of them and hand it over with 'stdin:'"
            : problem == ENOENT && !hasFolder
                ? "the working directory '\(order.workingDirectory)' does not exist"
                : "cannot start '\(order.argv[0])': \(Self.describe(problem))"
    }

    /// What a task without standard input reads.
    private static let nothing = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)

    private func standardInput() -> Int32 {
        guard let bytes = order.standardInput else {
            // No descriptor may have been left when it was opened for all.
            return Self.nothing >= 0 ? Self.nothing : unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
        }
        return unsafe bytes.withUnsafeBytes { unsafe flow_memory_file($0.baseAddress, $0.count) }
    }

    private func spawn(_ path: String, _ input: Int32, _ outputEnd: Int32, _ errorsEnd: Int32) -> Int32 {
        var words = StringBlock()
        for word in order.argv { words.append(word) }
        var variables = StringBlock()
        // Those that are inherited stand there as they are, but for those that the task has itself.
        var places: [Int?] = []
        for (name, value) in taskVariables() {
            variables.append(name: name, value: value)
            places.append(ProcessEnvironment.block.places[name])
        }
        // None of those that are inherited is flowrun's.
        for (name, value) in order.own { variables.append(name: name, value: value) }
        variables.append(order.mark)
        variables.append(name: Self.resultName, value: order.resultPath)
        variables.append(name: Self.requestName, value: "/proc/\(getpid())/fd/\(request)")
        return unsafe variables.withPointers { own in
            var envp = unsafe ProcessEnvironment.block.entries
            unsafe envp.reserveCapacity(envp.count + own.count + 1)
            for index in unsafe own.indices {
                if index < places.count, let place = places[index] {
                    unsafe envp[place] = own[index]
                } else {
                    unsafe envp.append(own[index])
                }
            }
            unsafe envp.append(nil)
            return unsafe words.withPointers { words in
                unsafe spawn(path, words + [nil], envp, input, outputEnd, errorsEnd)
            }
        }
    }

    private static let resultName = "FLOWRUN_RESULT"
    private static let requestName = "FLOWRUN_REQUEST"

    /// The task's variables, each name once, without those that flowrun sets.
    private func taskVariables() -> [(name: String, value: String)] {
        guard !order.environment.isEmpty else { return [] }
        let mark = order.mark.prefix { $0 != "=" }
        var taken = Set(order.own.map(\.name) + [Self.resultName, Self.requestName, String(mark)])
        return order.environment.reversed().filter { taken.insert($0.name).inserted }.reversed()
    }

    private func spawn(
        _ path: String, _ argv: [UnsafeMutablePointer<CChar>?], _ envp: [UnsafeMutablePointer<CChar>?],
        _ input: Int32, _ outputEnd: Int32, _ errorsEnd: Int32
    ) -> Int32 {
        guard let launch = unsafe place.launch else { return ENOMEM }
        return unsafe path.withCString { path in
            unsafe order.workingDirectory.withCString { folder in
                unsafe argv.withUnsafeBufferPointer { argv in
                    unsafe envp.withUnsafeBufferPointer { envp in
                        var request = unsafe flow_launch_request(
                            path: path, argv: argv.baseAddress, envp: envp.baseAddress, cwd: folder, stdin_fd: input,
                            stdout_fd: outputEnd, stderr_fd: errorsEnd, leader: place.leader, gate: gate?.state)
                        return unsafe flow_launch_start(launch, &request, &pid)
                    }
                }
            }
        }
    }

    /// The program's path: as it is with a `/`, relative to the working directory; else the first in PATH.
    private func program() -> String? {
        let name = order.argv[0]
        if name.utf8.contains(UInt8(ascii: "/")) {
            return name.hasPrefix("/") ? name : "\(order.workingDirectory)/\(name)"
        }
        let path = order.environment.last { $0.name == "PATH" }?.value ?? ProcessEnvironment.path
        for folder in path.split(separator: ":") {
            let candidate = "\(folder)/\(name)"
            if unsafe access(candidate, X_OK) == 0 { return candidate }
        }
        return nil
    }

    // MARK: Events

    /// How long an attempt is waited for by its output alone: most are over sooner, and need no descriptor of the process.
    private static let patience = Duration.milliseconds(20)

    /// What to wait for: standard output, standard error and the end of the process; poll(2) passes over -1.
    package var descriptors: (output: Int32, errors: Int32, process: Int32) { (output, errors, processDescriptor) }

    /// When ``handle(now:isReady:)`` must be called though no descriptor is ready.
    package var nextDeadline: Timestamp? {
        if exitStatus == nil, processDescriptor < 0 { return nextLimit.map { min($0, patienceEnd) } ?? patienceEnd }
        return nextLimit
    }

    private var nextLimit: Timestamp? {
        if let drainDeadline { return drainDeadline }
        if exitStatus != nil { return nil }
        let soft = softWasSent ? nil : softDeadline
        let hard = hardWasSent ? nil : hardDeadline
        return [soft, hard].compactMap { $0 }.min()
    }

    /// Reads what is there, enforces the limits, and gives the report when the attempt has ended.
    ///
    /// An attempt ends when its leader has exited and its output has reached its end, or one second later.
    ///
    /// - Parameters:
    ///   - now: The present time.
    ///   - isReady: Which of the two outputs can be read without waiting.
    /// - Returns: The report; nil while the attempt goes on.
    package func handle(now: Timestamp, isReady: (output: Bool, errors: Bool)) -> ProcessReport? {
        if isReady.output { read(&output, into: \.standardOutput) }
        if isReady.errors { read(&errors, into: \.standardError) }
        reap(now)
        enforceLimits(now)
        if exitStatus == nil, processDescriptor < 0, (output < 0 && errors < 0) || now >= patienceEnd {
            watchProcess()
            // Where no descriptor is left it is looked for again, and until then at the process itself.
            patienceEnd = now + Self.patience
            // It may have ended in between.
            reap(now)
        }
        guard let status = exitStatus else { return nil }
        let isDrained = output < 0 && errors < 0
        guard isDrained || (drainDeadline.map { now >= $0 } ?? false) else { return nil }
        return finish(status)
    }

    private func watchProcess() {
        processDescriptor = flow_pidfd_open(pid)
        if processDescriptor >= 0, place.watch.add(processDescriptor, .end, of: place.slot) != 0 {
            Glibc.close(processDescriptor)
            processDescriptor = -1
        }
    }

    /// Reads once from an output that is ready; what is left keeps it ready.
    private func read(_ descriptor: inout Int32, into path: WritableKeyPath<ProcessReport, [UInt8]>) {
        guard descriptor >= 0 else { return }
        let count = unsafe Glibc.read(descriptor, place.buffer.baseAddress, place.buffer.count)
        if count > 0 { unsafe report[keyPath: path].append(contentsOf: place.buffer[..<count]) }
        if count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN) {
            close(&descriptor)
        }
    }

    private func close(_ descriptor: inout Int32) {
        guard descriptor >= 0 else { return }
        place.watch.leave(descriptor)
        Glibc.close(descriptor)
        descriptor = -1
    }

    private func reap(_ now: Timestamp) {
        guard exitStatus == nil else { return }
        var status: Int32 = 0
        guard unsafe waitpid(pid, &status, WNOHANG) == pid else { return }
        exitStatus = status
        close(&processDescriptor)
        // What was written before the end may still be in the pipes.
        drainDeadline = now + .seconds(1)
    }

    private func enforceLimits(_ now: Timestamp) {
        guard exitStatus == nil else { return }
        if let soft = softDeadline, now >= soft, !softWasSent {
            softWasSent = true
            signalGroup(order.softSignal)
        }
        if let hard = hardDeadline, now >= hard, !hardWasSent {
            hardWasSent = true
            killAll()
        }
    }

    /// Ends the attempt before its time: with a signal to its process group, and soon after by killing what is left.
    package func stop(_ signal: Int32, now: Timestamp) {
        guard exitStatus == nil else { return }
        isStopped = true
        signalGroup(signal)
        let end = now + Self.grace
        hardDeadline = hardDeadline.map { min($0, end) } ?? end
    }

    /// Signals the process group, which its first process may not have made yet.
    private func signalGroup(_ signal: Int32) {
        if kill(-pid, signal) < 0, exitStatus == nil {
            setpgid(pid, pid)
            kill(-pid, signal)
        }
    }

    /// How long what is stopped may take to end by itself.
    private static let grace = Duration.seconds(2)

    /// Kills the process group and whatever has left it but carries the attempt's mark in its environment.
    package func killAll() {
        signalGroup(SIGKILL)
        ProcessEnvironment.killCarriers(of: order.mark)
    }

    private func finish(_ status: Int32) -> ProcessReport {
        let wasHeldOpen = output >= 0 || errors >= 0
        closeAll()
        let problem = unsafe place.launch.map { unsafe flow_launch_failure($0) } ?? 0
        if problem != 0, !isStopped {
            report.end = .notStarted(describeFailure(problem))
            return report
        }
        let signal = status & 0x7F
        if isStopped {
            report.end = .killed(signal: SIGTERM)
            killAll()
            place.requests.abandon()
        } else if hardWasSent, let limit = order.timeLimit {
            report.end = .timeLimit(limit)
            killAll()
            place.requests.abandon()
        } else if softWasSent, status != 0 {
            report.end = .softTimeLimit
        } else {
            report.end = signal == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal: signal)
            // Looking through all processes is dear: done only where something tells that one is left.
            if wasHeldOpen || kill(-pid, 0) == 0 {
                report.survivors = ProcessEnvironment.carriers(of: order.mark)
                place.requests.abandon()
            }
        }
        report.resultFile = TextFile.contents(of: order.resultPath)
        if report.resultFile != nil { unsafe unlink(order.resultPath) }
        return report
    }

    private func closeAll() {
        close(&output)
        close(&errors)
        close(&processDescriptor)
        if request >= 0 { Glibc.close(request) }
        request = -1
    }

    private static func describe(_ code: Int32) -> String {
        unsafe String(cString: strerror(code))
    }
}
