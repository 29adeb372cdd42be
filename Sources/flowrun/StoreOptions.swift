import ArgumentParser
import FlowCheck
import FlowEngine
import FlowModel
import FlowPlan
import FlowRuntime
import FlowStore
import FlowValue

/// How much a command says of itself on standard error.
enum LogLevel: String, ExpressibleByArgument, CaseIterable {
    case debug, info
}

/// Which store a command works on.
struct StoreOptions: ParsableArguments {
    @Option(help: "The store: a path.")
    var store: String?

    @Option(help: "debug or info: how much the command says of itself.")
    var logLevel: LogLevel = .info

    /// The path of a store's URL.
    private static func path(of url: String?) -> String? {
        guard let url else { return nil }
        return url.hasPrefix("sqlite:///") ? String(url.dropFirst("sqlite:///".utf8.count)) : url
    }

    /// What the setting `store_url` of the project or the environment says.
    private static func setting(from folder: String) -> String? {
        let settings = Project(of: folder).outerSettings
        let value = (settings.below + settings.above).last { $0.name == "store_url" }?.value
        guard case .string(let url)? = value else { return nil }
        return url
    }

    /// Opens the store that was named, or the one of the project that a folder belongs to.
    func open(
        from folder: String = FileReader.currentFolder, mayCreate: Bool = false,
        durability: RunStore.Durability = .full, listens: Bool = false, opening: StoreOpening? = nil
    ) throws -> RunStore {
        try RunStore(
            path: path(from: folder), mayCreate: mayCreate, durability: durability, listens: listens, opening: opening)
    }

    /// Begins to open the store of a large workflow, which is read meanwhile.
    func beginToOpen(for workflow: String) -> StoreOpening? {
        guard ReadAhead.paysOff(for: workflow) else { return nil }
        return StoreOpening(path: path(from: WorkflowFile.folder(of: workflow)))
    }

    /// Opens a store to read it, if there is one; nothing is opened for writing.
    func reading(from folder: String) -> RunStore? {
        try? RunStore(reading: path(from: folder))
    }

    private func path(from folder: String) -> String {
        Self.path(of: store ?? Self.setting(from: folder)) ?? WorkflowFile.storePath(from: folder)
    }
}

extension StoreOptions {
    /// Says what the writes of a command took, to who wants to know.
    func report(_ store: RunStore) {
        guard logLevel == .debug else { return }
        let (count, longest) = (store.statistics.commits, store.statistics.longest)
        Terminal.error("debug: \(count) commits, the longest took \(longest.inMicroseconds) µs")
    }
}

/// Which run a command is about.
struct RunOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("A run's id, a unique prefix of it, or latest.", valueName: "run"))
    var name: String

    @OptionGroup var storeOptions: StoreOptions

    /// Finds the run and replays it.
    func snapshot(listens: Bool = false) throws -> RunSnapshot {
        try RunFinder(store: storeOptions.open(listens: listens)).snapshot(of: name)
    }
}

/// Finds recorded runs and brings them back.
struct RunFinder {
    let store: RunStore

    func row(_ name: String) throws -> RunRow {
        try store.read { try $0.run(named: name) }
    }

    func plan(of row: RunRow) throws -> Plan {
        try WorkflowFile.plan(of: row, try store.read { try $0.definition(of: row) })
    }

    func snapshot(of name: String) throws -> RunSnapshot {
        let row = try row(name)
        return try RunSnapshot(of: row, plan: plan(of: row), in: store)
    }
}

extension RunSnapshot {
    /// The run as it is now.
    func refreshed() throws -> RunSnapshot {
        try RunSnapshot(of: row, plan: machine.plan, in: store)
    }

    /// The node with an id.
    func requireNode(_ id: String) throws -> NodeIndex {
        guard let node = node(id) else {
            throw CommandFailure(.notFound, "\(row.id) has no step '\(id)'\(machine.plan.suggestion(for: id))")
        }
        return node
    }
}
