CREATE TABLE run (
    key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, workflow TEXT NOT NULL, file TEXT NOT NULL, folder TEXT NOT NULL,
    definition BLOB NOT NULL, parameters TEXT NOT NULL, created_at INTEGER NOT NULL, state INTEGER NOT NULL,
    finished_at INTEGER, lock TEXT NOT NULL
);
CREATE TABLE history (
    run INTEGER NOT NULL REFERENCES run (key), sequence INTEGER NOT NULL, node INTEGER NOT NULL, kind INTEGER NOT NULL,
    attempt INTEGER NOT NULL, at INTEGER NOT NULL, detail TEXT, PRIMARY KEY (run, sequence)
) WITHOUT ROWID;
CREATE TABLE log (
    run INTEGER NOT NULL REFERENCES run (key), node INTEGER NOT NULL, attempt INTEGER NOT NULL, offset INTEGER NOT NULL,
    length INTEGER NOT NULL, PRIMARY KEY (run, node, attempt)
) WITHOUT ROWID;
INSERT INTO run VALUES (
    1, 'greeting-abc234', 'greeting', 'greeting.yaml', '/', CAST('run: echo hello' || char(10) AS BLOB), '{}',
    1000000, 3, 2000000, '/nowhere/greeting-abc234.lock'
);
INSERT INTO history VALUES (1, 1, 0, 1, 0, 1000000, NULL), (1, 2, 0, 2, 0, 1000001, NULL), (1, 3, 0, 3, 1, 2000000, '"hello"');
INSERT INTO log VALUES (1, 0, 1, 0, 6);
PRAGMA user_version = 1;
