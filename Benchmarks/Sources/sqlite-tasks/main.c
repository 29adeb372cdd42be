// sqlite-tasks COMMAND …: the limits of what is durable, SQLite's own work without any workflow logic.
//
//   commits N            N transactions of one row each; prints the median of a commit in microseconds
//   insert N BATCH       N rows like those of flowrun's history, BATCH a transaction: the work that flowrun does for tasks
//                        that take no time
//   again STORE BATCH    what flowrun's STORE holds, written again: its tables and indexes, and every row of them, BATCH of
//                        the history a transaction and the others in as few; prints the milliseconds from the new file
//                        to its close, as STORE is read beforehand
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

// What is written again: statements, and for each the values that it is run with.
struct work {
    char *sql;
    sqlite3_value **values;
    long rows;
    int columns;
};

static struct work *works;
static long work_count;

static struct work *add_work(char *sql) {
    works = realloc(works, (size_t)(work_count + 1) * sizeof *works);
    if (works == NULL || sql == NULL) exit(1);
    works[work_count] = (struct work){.sql = sql};
    return &works[work_count++];
}

/// Keeps all rows of a table with the statement that inserts one.
static void read_rows(const char *table) {
    sqlite3_stmt *select = prepare(sqlite3_mprintf("SELECT * FROM \"%w\"", table));
    int columns = sqlite3_column_count(select);
    char *sql = sqlite3_mprintf("INSERT INTO \"%w\" VALUES (?", table);
    for (int column = 1; column < columns; column++) sql = sqlite3_mprintf("%z, ?", sql);
    struct work *work = add_work(sqlite3_mprintf("%z)", sql));
    work->columns = columns;
    for (long room = 0; sqlite3_step(select) == SQLITE_ROW; work->rows++) {
        if (work->rows == room) {
            room = room == 0 ? 16 : 2 * room;
            work->values = realloc(work->values, (size_t)(room * columns) * sizeof *work->values);
            if (work->values == NULL) exit(1);
        }
        for (int column = 0; column < columns; column++) {
            sqlite3_value *value = sqlite3_value_dup(sqlite3_column_value(select, column));
            if (value == NULL) exit(1);
            work->values[work->rows * columns + column] = value;
        }
    }
    sqlite3_finalize(select);
}

/// Reads a whole store: what makes its tables, then their rows, those of the history at the end.
static void read_store(const char *path) {
    if (sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) fail("open");
    sqlite3_stmt *select = prepare("SELECT sql FROM sqlite_master WHERE sql NOT NULL AND name NOT LIKE 'sqlite_%'");
    while (sqlite3_step(select) == SQLITE_ROW) {
        add_work(sqlite3_mprintf("%s", (const char *)sqlite3_column_text(select, 0)))->rows = 1;
    }
    sqlite3_finalize(select);
    select = prepare(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name = 'history'");
    while (sqlite3_step(select) == SQLITE_ROW) read_rows((const char *)sqlite3_column_text(select, 0));
    sqlite3_finalize(select);
    sqlite3_close(database);
}

static void open_new(void) {
    unlink("limit.db");
    unlink("limit.db-wal");
    unlink("limit.db-shm");
    if (sqlite3_open("limit.db", &database) != SQLITE_OK) fail("open");
    execute("PRAGMA journal_mode = WAL");
    execute("PRAGMA synchronous = FULL");
}

static void again(const char *path, long batch) {
    read_store(path);
    double start = now_in_microseconds();
    open_new();
    execute("BEGIN IMMEDIATE");
    long in_transaction = 0;
    for (long index = 0; index < work_count; index++) {
        struct work *work = &works[index];
        sqlite3_stmt *statement = prepare(work->sql);
        for (long row = 0; row < work->rows; row++) {
            if (in_transaction == batch) {
                execute("COMMIT");
                execute("BEGIN IMMEDIATE");
                in_transaction = 0;
            }
            for (int column = 0; column < work->columns; column++) {
                sqlite3_bind_value(statement, column + 1, work->values[row * work->columns + column]);
            }
            step(statement);
            in_transaction++;
        }
        sqlite3_finalize(statement);
    }
    execute("COMMIT");
    sqlite3_close(database);
    printf("%.3f\n", (now_in_microseconds() - start) / 1e3);
}

int main(int argc, char **argv) {
    const char *command = argc > 1 ? argv[1] : "";
    long count = argc > 2 ? strtol(argv[2], NULL, 10) : 0;
    long batch = argc > 3 ? strtol(argv[3], NULL, 10) : 1;
    if (strcmp(command, "again") == 0 && argc > 3 && batch >= 1) {
        again(argv[2], batch);
        return 0;
    }
    int is_known = strcmp(command, "commits") == 0 || strcmp(command, "insert") == 0 || strcmp(command, "life") == 0;
    if (!is_known || count < 1 || batch < 1) {
        fprintf(stderr, "usage: sqlite-tasks commits N | insert N BATCH | again STORE BATCH | life N BATCH\n");
        return 2;
    }
    open_new();
    if (strcmp(command, "commits") == 0) commits(count);
    if (strcmp(command, "insert") == 0) inserts(count, batch);
    if (strcmp(command, "life") == 0) life(count, batch);
    sqlite3_close(database);
    return 0;
}
