// copy-runs STORE N: makes N copies of the one run in a store of flowrun, its history with it, under new keys and ids.
//
// For benchmarks that need more finished runs than can be run in their time. Which columns there are is the store's to
// say: all but the key and the id are copied as they are.
// Exit status: 0; 1 if SQLite fails; 2 for bad usage.

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

static sqlite3 *database;

static void fail(const char *what) {
    fprintf(stderr, "copy-runs: %s: %s\n", what, sqlite3_errmsg(database));
    exit(1);
}

static void execute(const char *sql) {
    if (sqlite3_exec(database, sql, NULL, NULL, NULL) != SQLITE_OK) fail(sql);
}

/// Returns the first column of the first row of a query, to be freed with `sqlite3_free`.
static char *text_of(const char *sql) {
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK) fail(sql);
    if (sqlite3_step(statement) != SQLITE_ROW) fail(sql);
    char *text = sqlite3_mprintf("%s", (const char *)sqlite3_column_text(statement, 0));
    sqlite3_finalize(statement);
    return text;
}

static void copy(const char *table, const char *given, const char *made, const char *rest, long count) {
    char *sql = sqlite3_mprintf(
        "WITH RECURSIVE copy(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM copy WHERE number < %ld)"
        " INSERT INTO %s (%s, %s) SELECT %s, %s FROM copy, (SELECT * FROM %s)",
        count, table, given, rest, made, rest, table);
    execute(sql);
    sqlite3_free(sql);
}

int main(int argc, char **argv) {
    long count = argc == 3 ? strtol(argv[2], NULL, 10) : 0;
    if (count < 1) {
        fprintf(stderr, "usage: copy-runs STORE N\n");
        return 2;
    }
    if (sqlite3_open_v2(argv[1], &database, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) fail(argv[1]);
    char *of_run = text_of("SELECT group_concat(name) FROM pragma_table_info('run') WHERE name NOT IN ('key', 'id')");
    char *of_history = text_of("SELECT group_concat(name) FROM pragma_table_info('history') WHERE name <> 'run'");
    execute("BEGIN IMMEDIATE");
    // The history first: as long as it has one run, it says by what the keys go up.
    copy("history", "run", "run + number", of_history, count);
    copy("run", "key, id", "key + number, 'copy-' || number", of_run, count);
    execute("COMMIT");
    execute("PRAGMA wal_checkpoint(TRUNCATE)");
    sqlite3_free(of_run);
    sqlite3_free(of_history);
    sqlite3_close(database);
    return 0;
}
