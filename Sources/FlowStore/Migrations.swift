internal import GRDB

/// The tables of the store, as steps from one version to the next.
enum Migrations {
    /// The version that this program writes.
    static var current: Int { steps.count }

    /// Brings a database to the current version, in one transaction.
    ///
    /// - Throws: ``StoreError`` if a newer flowrun has written it.
    static func migrate(_ queue: DatabaseQueue) throws {
        let version = try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") ?? 0 }
        guard version <= current else {
            throw StoreError(
                .newerSchema, "this store was written by a newer flowrun (schema \(version), known are \(current))")
        }
        guard version < current else { return }
        try queue.writeWithoutTransaction { database in
            try database.inTransaction(.immediate) {
                // Another process may have been faster.
                let version = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
                guard version < current else { return .rollback }
                for step in version == 0 ? [whole] : Array(steps.dropFirst(version)) {
                    try database.execute(sql: step)
                }
                try database.execute(sql: "PRAGMA user_version = \(current)")
                return .commit
            }
        }
    }

    /// The tables of a new store: what the steps lead to, without the way.
    private static let whole = """
        CREATE TABLE definition (
            key INTEGER PRIMARY KEY AUTOINCREMENT,
            hash INTEGER NOT NULL,
            bytes BLOB NOT NULL
        );
        CREATE INDEX definition_hash ON definition (hash);
        CREATE TABLE run (
            key INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            workflow TEXT NOT NULL,
            file TEXT NOT NULL,
            folder TEXT NOT NULL,
            definition INTEGER NOT NULL REFERENCES definition (key),
            parameters TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            state INTEGER NOT NULL,
            finished_at INTEGER,
            detached INTEGER NOT NULL,
            driver INTEGER,
            settings TEXT NOT NULL DEFAULT '{}',
            directives TEXT NOT NULL DEFAULT '{}'
        );
        CREATE INDEX run_open ON run (key) WHERE finished_at IS NULL;
        CREATE INDEX run_finished ON run (finished_at) WHERE finished_at IS NOT NULL;
        CREATE INDEX run_definition ON run (definition);
        CREATE INDEX run_workflow ON run (workflow, key) WHERE finished_at IS NOT NULL;
        CREATE TABLE history (
            run INTEGER NOT NULL REFERENCES run (key),
            sequence INTEGER NOT NULL,
            node INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            at INTEGER NOT NULL,
            detail TEXT,
            worker INTEGER,
            PRIMARY KEY (run, sequence)
        ) WITHOUT ROWID;
        CREATE TABLE log (
            run INTEGER NOT NULL REFERENCES run (key),
            node INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            offset INTEGER NOT NULL,
            length INTEGER NOT NULL,
            worker INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (run, node, attempt)
        ) WITHOUT ROWID;
        \(outlines)
        \(workerTable)
        \(gateTables)
        """

    // Tables that are as they were made.

    private static let gateTables = """
        CREATE TABLE gate (
            name TEXT PRIMARY KEY,
            next_start INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE TABLE gate_holder (
            name TEXT NOT NULL,
            worker INTEGER NOT NULL,
            run INTEGER NOT NULL,
            node INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            PRIMARY KEY (name, worker, run, node, attempt)
        ) WITHOUT ROWID;
        """

    private static let workerTable = """
        CREATE TABLE worker (
            key INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL,
            lock TEXT NOT NULL,
            pid INTEGER NOT NULL,
            serves INTEGER NOT NULL,
            started_at INTEGER NOT NULL,
            ended_at INTEGER,
            fenced INTEGER NOT NULL DEFAULT 0
        );
        CREATE INDEX worker_open ON worker (key) WHERE ended_at IS NULL AND fenced = 0;
        """

    private static let steps = [runsAndHistory, workersAndDefinitions, settings, directivesAndGates, outlines, numbers]

    private static let runsAndHistory = """
        CREATE TABLE run (
            key INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            workflow TEXT NOT NULL,
            file TEXT NOT NULL,
            folder TEXT NOT NULL,
            definition BLOB NOT NULL,
            parameters TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            state INTEGER NOT NULL,
            finished_at INTEGER,
            lock TEXT NOT NULL
        );
        CREATE TABLE history (
            run INTEGER NOT NULL REFERENCES run (key),
            sequence INTEGER NOT NULL,
            node INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            at INTEGER NOT NULL,
            detail TEXT,
            PRIMARY KEY (run, sequence)
        ) WITHOUT ROWID;
        CREATE TABLE log (
            run INTEGER NOT NULL REFERENCES run (key),
            node INTEGER NOT NULL,
            attempt INTEGER NOT NULL,
            offset INTEGER NOT NULL,
            length INTEGER NOT NULL,
            PRIMARY KEY (run, node, attempt)
        ) WITHOUT ROWID;
        """

    /// A run keeps the settings of the project, the environment and the command line that it was started with.
    private static let settings = "ALTER TABLE run ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';"

    /// What a person asked of a run; and the limits on tasks that hold over all workers.
    private static let directivesAndGates = """
        ALTER TABLE run ADD COLUMN directives TEXT NOT NULL DEFAULT '{}';
        CREATE INDEX run_workflow ON run (workflow, key) WHERE finished_at IS NOT NULL;
        \(gateTables)
        """

    /// What is shown of a large run that has ended.
    private static let outlines = "CREATE TABLE outline (run INTEGER PRIMARY KEY, text TEXT NOT NULL);"

    /// The number of a definition that was removed is not given to another one: workers know plans by it.
    private static let numbers = """
        CREATE TABLE definition_2 (
            key INTEGER PRIMARY KEY AUTOINCREMENT,
            hash INTEGER NOT NULL,
            bytes BLOB NOT NULL
        );
        INSERT INTO definition_2 SELECT key, hash, bytes FROM definition;
        DROP TABLE definition;
        ALTER TABLE definition_2 RENAME TO definition;
        CREATE INDEX definition_hash ON definition (hash);
        """

    /// Definitions move out of the runs: equal ones are kept once, and a run's row stays small.
    ///
    /// Worker 0 stands for the drivers that had no row of their own.
    private static let workersAndDefinitions = """
        CREATE TABLE definition (
            key INTEGER PRIMARY KEY,
            hash INTEGER NOT NULL,
            bytes BLOB NOT NULL
        );
        CREATE INDEX definition_hash ON definition (hash);
        \(workerTable)
        INSERT INTO definition (key, hash, bytes) SELECT key, 0, definition FROM run;
        CREATE TABLE run_2 (
            key INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            workflow TEXT NOT NULL,
            file TEXT NOT NULL,
            folder TEXT NOT NULL,
            definition INTEGER NOT NULL REFERENCES definition (key),
            parameters TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            state INTEGER NOT NULL,
            finished_at INTEGER,
            detached INTEGER NOT NULL,
            driver INTEGER
        );
        INSERT INTO run_2
            SELECT key, id, workflow, file, folder, key, parameters, created_at, state, finished_at, 0, NULL FROM run;
        DROP TABLE run;
        ALTER TABLE run_2 RENAME TO run;
        CREATE INDEX run_open ON run (key) WHERE finished_at IS NULL;
        CREATE INDEX run_finished ON run (finished_at) WHERE finished_at IS NOT NULL;
        CREATE INDEX run_definition ON run (definition);
        ALTER TABLE history ADD COLUMN worker INTEGER;
        ALTER TABLE log ADD COLUMN worker INTEGER NOT NULL DEFAULT 0;
        """
}
