// sqlite-tasks COMMAND …: the limits of what is durable, SQLite's own work without any workflow logic.
//
//   commits N            N transactions of one row each; prints the median of a commit in microseconds
//   insert N BATCH       N rows like those of flowrun's history, BATCH a transaction: the work that flowrun does for tasks
//                        that take no time
//   life N BATCH         N tasks of a queue in a table: insert, claim, result; BATCH of each a transaction
//
// The database is made anew in the working directory: WAL, synchronous FULL, as flowrun's.
// Exit status: 0; 1 if SQLite fails; 2 for bad usage.

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static sqlite3 *database;

static void fail(const char *what) {
    fprintf(stderr, "sqlite-tasks: %s: %s\n", what, sqlite3_errmsg(database));
    exit(1);
}

static void execute(const char *sql) {
    if (sqlite3_exec(database, sql, NULL, NULL, NULL) != SQLITE_OK) fail(sql);
}

static sqlite3_stmt *prepare(const char *sql) {
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(database, sql, -1, &statement, NULL) != SQLITE_OK) fail(sql);
    return statement;
}

static void step(sqlite3_stmt *statement) {
    if (sqlite3_step(statement) != SQLITE_DONE) fail("step");
    sqlite3_reset(statement);
}

static double now_in_microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static const char *const history =
    "CREATE TABLE history (run INTEGER NOT NULL, sequence INTEGER NOT NULL, node INTEGER NOT NULL, kind INTEGER NOT NULL,"
    " attempt INTEGER NOT NULL, at INTEGER NOT NULL, detail TEXT, worker INTEGER, PRIMARY KEY (run, sequence))"
    " WITHOUT ROWID";
static const char *const insert_event =
    "INSERT INTO history (run, sequence, node, kind, attempt, at, worker, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?)";

static void insert_row(sqlite3_stmt *insert, long number) {
    char detail[24];
    int length = snprintf(detail, sizeof detail, "%ld", number);
    sqlite3_bind_int64(insert, 1, 1);
    sqlite3_bind_int64(insert, 2, number + 1);
    sqlite3_bind_int64(insert, 3, number + 1);
    sqlite3_bind_int64(insert, 4, 11);
    sqlite3_bind_int64(insert, 5, 0);
    sqlite3_bind_int64(insert, 6, (sqlite3_int64)now_in_microseconds());
    sqlite3_bind_int64(insert, 7, 1);
    sqlite3_bind_text(insert, 8, detail, length, SQLITE_TRANSIENT);
    step(insert);
}

static int compare(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static void commits(long count) {
    execute(history);
    sqlite3_stmt *insert = prepare(insert_event);
    sqlite3_stmt *begin = prepare("BEGIN IMMEDIATE"), *commit = prepare("COMMIT");
    double *times = calloc((size_t)count, sizeof *times);
    if (times == NULL) exit(1);
    for (long number = 0; number < count; number++) {
        double start = now_in_microseconds();
        step(begin);
        insert_row(insert, number);
        step(commit);
        times[number] = now_in_microseconds() - start;
    }
    qsort(times, (size_t)count, sizeof *times, compare);
    printf("%.1f\n", times[count / 2]);
}

static void inserts(long count, long batch) {
    execute(history);
    sqlite3_stmt *insert = prepare(insert_event);
    sqlite3_stmt *begin = prepare("BEGIN IMMEDIATE"), *commit = prepare("COMMIT");
    for (long number = 0; number < count;) {
        step(begin);
        for (long end = number + batch; number < end && number < count; number++) insert_row(insert, number);
        step(commit);
    }
}

static void life(long count, long batch) {
    execute(
        "CREATE TABLE task (key INTEGER PRIMARY KEY, name TEXT NOT NULL, arguments TEXT NOT NULL, state INTEGER NOT NULL,"
        " worker INTEGER, result TEXT, finished_at INTEGER)");
    execute("CREATE INDEX ready ON task (key) WHERE state = 0");
    sqlite3_stmt *begin = prepare("BEGIN IMMEDIATE"), *commit = prepare("COMMIT");
    sqlite3_stmt *insert = prepare("INSERT INTO task (name, arguments, state) VALUES ('std.identity', ?, 0)");
    for (long number = 0; number < count;) {
        step(begin);
        for (long end = number + batch; number < end && number < count; number++) {
            char arguments[24];
            int length = snprintf(arguments, sizeof arguments, "[%ld]", number);
            sqlite3_bind_text(insert, 1, arguments, length, SQLITE_TRANSIENT);
            step(insert);
        }
        step(commit);
    }
    sqlite3_stmt *claim = prepare(
        "UPDATE task SET state = 1, worker = 1 WHERE key = (SELECT key FROM task WHERE state = 0 ORDER BY key LIMIT 1)"
        " RETURNING key, arguments");
    sqlite3_stmt *result = prepare("UPDATE task SET state = 2, result = ?, finished_at = ? WHERE key = ?");
    sqlite3_int64 *keys = calloc((size_t)batch, sizeof *keys);
    if (keys == NULL) exit(1);
    for (long done = 0; done < count;) {
        long claimed = 0;
        step(begin);
        while (claimed < batch && sqlite3_step(claim) == SQLITE_ROW) {
            keys[claimed++] = sqlite3_column_int64(claim, 0);
            sqlite3_reset(claim);
        }
        sqlite3_reset(claim);
        step(commit);
        step(begin);
        for (long index = 0; index < claimed; index++) {
            char text[24];
            int length = snprintf(text, sizeof text, "%lld", (long long)keys[index]);
            sqlite3_bind_text(result, 1, text, length, SQLITE_TRANSIENT);
            sqlite3_bind_int64(result, 2, (sqlite3_int64)now_in_microseconds());
            sqlite3_bind_int64(result, 3, keys[index]);
            step(result);
        }
        step(commit);
        done += claimed;
        if (claimed == 0) fail("nothing to claim");
    }
}

int main(int argc, char **argv) {
    const char *command = argc > 1 ? argv[1] : "";
    long count = argc > 2 ? strtol(argv[2], NULL, 10) : 0;
    long batch = argc > 3 ? strtol(argv[3], NULL, 10) : 1;
    int is_known = strcmp(command, "commits") == 0 || strcmp(command, "insert") == 0 || strcmp(command, "life") == 0;
    if (!is_known || count < 1 || batch < 1) {
        fprintf(stderr, "usage: sqlite-tasks commits N | insert N BATCH | life N BATCH\n");
        return 2;
    }
    unlink("limit.db");
    unlink("limit.db-wal");
    unlink("limit.db-shm");
    if (sqlite3_open("limit.db", &database) != SQLITE_OK) fail("open");
    execute("PRAGMA journal_mode = WAL");
    execute("PRAGMA synchronous = FULL");
    if (strcmp(command, "commits") == 0) commits(count);
    if (strcmp(command, "insert") == 0) inserts(count, batch);
    if (strcmp(command, "life") == 0) life(count, batch);
    sqlite3_close(database);
    return 0;
}
