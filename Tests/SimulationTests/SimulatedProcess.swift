import FlowEngine
import FlowValue

/// One worker, and the attempts that it has started.
struct SimulatedProcess {
    typealias AttemptID = Int

    /// An attempt's processes: they live on while their worker is stopped, and until its supervisor has killed them.
    struct Attempt {
        let key: WorkerMachine.AttemptKey
    }

    let key: WorkerKey
    var machine: WorkerMachine
    var isAlive = true
    var isPaused = false
    /// What others see of its life.
    var lockIsFree = false
    var attempts: [AttemptID: Attempt] = [:]
    /// What was committed and has not been done yet.
    var pending: [WorkerMachine.Action] = []
    var followed: Set<RunKey> = []
    var seenVersion = -1
    /// Since when it has run without a stop.
    var awakeSince: Timestamp
    private var lastID = 0

    init(key: WorkerKey, concurrency: Int, at time: Timestamp) {
        self.key = key
        awakeSince = time
        machine = WorkerMachine(worker: key, concurrency: concurrency)
    }

    mutating func add(_ key: WorkerMachine.AttemptKey) -> AttemptID {
        lastID += 1
        attempts[lastID] = Attempt(key: key)
        return lastID
    }

    /// Whether it ran when a commit rang the bell, and the bell has had its time.
    func wasAwake(since commit: Timestamp, _ now: Timestamp) -> Bool {
        awakeSince < commit && now - commit > .milliseconds(25)
    }
}
