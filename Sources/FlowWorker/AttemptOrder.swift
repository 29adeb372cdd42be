/// All that is needed to run one attempt of a `run` or `exec` task.
package struct AttemptOrder: Sendable {
    /// Program and arguments.
    package var argv: [String]
    /// The task's variables, over the environment of this process; of those with one name the last one counts.
    package var environment: [(name: String, value: String)]
    /// What flowrun tells the task about itself, besides the request and where its result goes; it is over all others.
    package var own: [(name: String, value: String)]
    package var workingDirectory: String
    /// Bytes for standard input; nil for `/dev/null`.
    package var standardInput: [UInt8]?
    package var softTimeLimit: Duration?
    package var timeLimit: Duration?
    /// The part of the limits that the attempt has used up before this process.
    private(set) var spent = Duration.zero
    /// What the log of the attempt says before its output.
    package var note: [UInt8] = []
    package var softSignal: Int32
    /// What is at the path in `$FLOWRUN_REQUEST`.
    package var request: [UInt8]
    /// Where `$FLOWRUN_RESULT` is.
    package var resultPath: String
    /// `NAME=value` in the environment of all that the attempt starts: by it what has left its process group is found.
    package var mark: String

    package init(
        argv: [String], environment: [(name: String, value: String)], own: [(name: String, value: String)],
        workingDirectory: String, standardInput: [UInt8]?, softTimeLimit: Duration?, timeLimit: Duration?,
        softSignal: Int32, request: [UInt8], resultPath: String, mark: String
    ) {
        self.argv = argv
        self.environment = environment
        self.own = own
        self.workingDirectory = workingDirectory
        self.standardInput = standardInput
        self.softTimeLimit = softTimeLimit
        self.timeLimit = timeLimit
        self.softSignal = softSignal
        self.resultPath = resultPath
        self.request = request
        self.mark = mark
    }
}

extension AttemptOrder {
    /// Takes from the limits what the attempt has used up before this process.
    package mutating func spend(_ time: Duration) {
        spent += time
    }
}

/// How a process ended, and what it wrote.
package struct ProcessReport: Sendable {
    package enum End: Sendable, Hashable {
        case exited(Int32)
        case killed(signal: Int32)
        case softTimeLimit
        case timeLimit(Duration)
        /// It could not be started.
        case notStarted(String)
    }

    /// A process that an attempt has left behind.
    package struct Survivor: Sendable, Hashable {
        package let pid: Int32
        package let name: String
    }

    package var end: End
    /// What a successful attempt has left running.
    package var survivors: [Survivor] = []
    package var standardOutput: [UInt8] = []
    package var standardError: [UInt8] = []
    /// What the program wrote to `$FLOWRUN_RESULT`; nil if nothing.
    package var resultFile: [UInt8]?
}
