// Kills a program before its N-th write to a store, and takes back what was not synced as a loss of power would.
//
//     clang -shared -fPIC -O1 -o store_faults.so store_faults.c -ldl
//     env LD_PRELOAD=$PWD/store_faults.so STORE_FAULTS_KILL_AT=17 flowrun apply w.yaml
//
// A store is what lies under a folder `.flowrun`, without what a restart of the machine voids: `*-shm`, `*lock`, and the
// folders `bell` and `workers`. Its writes are numbered from 1: each write, truncation and sync of a file, each sync of a
// folder, and each file or folder that is made, renamed or removed. Removing what is not there does not count. Writes
// through a mapping are not seen: SQLite makes them in `*-shm` only.
//
//     STORE_FAULTS_COUNT=FILE     the number of writes so far, in decimal digits; right however the process ends
//     STORE_FAULTS_KILL_AT=N      SIGKILL before write N takes effect
//     STORE_FAULTS_POWER=all      ... and all that was not synced is lost
//     STORE_FAULTS_POWER=SEED     ... and a part of it, which this number chooses, is lost
//     STORE_FAULTS_IGNORE_SYNC=1  syncs do nothing and are not counted as done: a disk that lies
//
// What a loss can take: of the bytes written to a file since its last fsync or fdatasync, any sectors of 512 bytes, and
// any of its truncations; of the names made, moved and removed in a folder since that folder was synced, the later
// ones, for file systems keep these in order. A new file's sync does not keep its name: POSIX promises that of the
// folder's sync only. `*-shm` is removed. It takes one process to be writing, the one that this was loaded into; what
// that process starts is left alone, and does not see that anything was loaded.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

// A library's constructor may write before ours has run, so each is looked up at its first use.
#define REAL(name)                                                                \
    ({                                                                            \
        static __typeof__(&name) found;                                           \
        if (found == NULL) found = (__typeof__(&name))dlsym(RTLD_NEXT, #name);    \
        found;                                                                    \
    })

enum { sector_size = 512, count_digits = 20 };

// A change of a file's bytes that is not synced. `before` are the bytes that it overwrote or cut off.
struct change {
    struct change *earlier, *later;
    uint64_t number;
    bool is_truncation;
    off_t offset, old_size, new_size;
    size_t before_length, after_length;
    char *before, *after;
};

// A file of the store. Its descriptor stays open for good: closing it would release SQLite's locks (fcntl(2)), and it
// keeps the bytes of a file whose name was removed.
struct file {
    struct file *next;
    dev_t device;
    ino_t inode;
    int descriptor;
    struct change *first, *last;
};

// A change of names that is not synced. `old` is the file that lost the name.
struct entry {
    struct entry *earlier, *later;
    uint64_t number;
    enum { made_file, made_folder, removed_file, removed_folder, renamed } kind;
    char folder[PATH_MAX], path[PATH_MAX], from[PATH_MAX];
    struct file *old;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pid_t owner;
static uint64_t writes, kill_at, random_state;
static enum { no_power_loss, lose_all, lose_some } power;
static bool ignores_sync;
static char *count_text;
static char root[PATH_MAX];
static struct file *files;
static struct entry *first_entry, *last_entry;
// Set while this library works itself: libc may call one of the functions below.
static __thread bool is_inside;

// MARK: Which calls concern the store

// A process made by vfork shares this memory, locks included, and one made by fork has a copy: both are left alone.
static bool is_watching(void) { return !is_inside && owner != 0 && getpid() == owner; }

static bool is_store_path(const char *path) {
    const char *folder = strstr(path, "/.flowrun");
    if (folder == NULL) return false;
    const char *rest = folder + strlen("/.flowrun");
    if (*rest != '/' && *rest != '\0') return false;
    const char *name = strrchr(path, '/') + 1;
    size_t length = strlen(name);
    if (strncmp(rest, "/workers", 8) == 0 && (rest[8] == '/' || rest[8] == '\0')) return false;
    if (strncmp(rest, "/bell", 5) == 0 && (rest[5] == '/' || rest[5] == '\0')) return false;
    if (length >= 4 && (strcmp(name + length - 4, "-shm") == 0 || strcmp(name + length - 4, "lock") == 0)) return false;
    if (root[0] == '\0') snprintf(root, sizeof root, "%.*s", (int)(rest - path), path);
    return true;
}

static bool path_of(int descriptor, char path[static PATH_MAX]) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length < 0 ? 0 : length] = '\0';
    return length > 0;
}

// The absolute path without links of a name in the store, which need not exist; false for any other.
static bool store_name(int folder, const char *name, char path[static PATH_MAX]) {
    char given[PATH_MAX] = "", base[PATH_MAX];
    if (name[0] != '/' && folder != AT_FDCWD && !path_of(folder, given)) return false;
    size_t length = strlen(given);
    if (snprintf(given + length, sizeof given - length, length > 0 ? "/%s" : "%s", name) < 0) return false;
    char *slash = strrchr(given, '/');
    snprintf(base, sizeof base, "%s", slash == NULL ? given : slash + 1);
    if (slash != NULL) slash[slash == given] = '\0';
    if (realpath(slash == NULL ? "." : given, path) == NULL) return false;
    // `.flowrun` itself is a name in a folder that is no store's.
    if (strstr(path, "/.flowrun/") == NULL && (strlen(path) < 9 || strcmp(path + strlen(path) - 9, "/.flowrun") != 0))
        return false;
    length = strlen(path);
    snprintf(path + length, PATH_MAX - length, "/%s", base);
    return is_store_path(path);
}

static bool exists(const char *path, struct stat *status) { return lstat(path, status) == 0; }

static struct file *file_of(const struct stat *status, const char *path) {
    for (struct file *file = files; file != NULL; file = file->next)
        if (file->device == status->st_dev && file->inode == status->st_ino) return file;
    struct file *file = calloc(1, sizeof *file);
    *file = (struct file){.next = files, .device = status->st_dev, .inode = status->st_ino};
    file->descriptor = REAL(open)(path, O_RDWR | O_CLOEXEC);
    return files = file;
}

// MARK: A loss of power

static uint64_t random_number(void) {  // SplitMix64: https://prng.di.unimi.it/splitmix64.c
    uint64_t z = random_state += 0x9E3779B97F4A7C15;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return z ^ z >> 31;
}

static void take_back_changes(struct file *file) {
    for (struct change *change = file->last; change != NULL; change = change->earlier) {
        if (REAL(ftruncate)(file->descriptor, change->old_size) != 0) abort();
        off_t offset = change->is_truncation ? change->new_size : change->offset;
        if (change->before_length > 0) REAL(pwrite)(file->descriptor, change->before, change->before_length, offset);
    }
    if (power == lose_all) return;
    // From the state that was synced, what happened to reach the disk is done again.
    for (struct change *change = file->first; change != NULL; change = change->later) {
        uint64_t fate = random_number() % 4;
        if (fate == 0) continue;
        if (change->is_truncation) {
            if (fate != 1 && REAL(ftruncate)(file->descriptor, change->new_size) != 0) abort();
            continue;
        }
        for (size_t done = 0, length; done < change->after_length; done += length) {
            off_t place = change->offset + (off_t)done;
            length = sector_size - (size_t)place % sector_size;
            if (length > change->after_length - done) length = change->after_length - done;
            if (fate == 1 || random_number() % 2 == 0)
                REAL(pwrite)(file->descriptor, change->after + done, length, place);
        }
    }
}

static void make_again(const char *path, struct file *file) {
    if (file == NULL) return;
    int copy = REAL(open)(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    static char buffer[1 << 16];
    off_t offset = 0;
    for (ssize_t count; (count = pread(file->descriptor, buffer, sizeof buffer, offset)) > 0; offset += count)
        if (REAL(write)(copy, buffer, (size_t)count) != count) abort();
    REAL(close)(copy);
}

static int remove_any(const char *path, const struct stat *status, int type, struct FTW *place) {
    (void)status, (void)type, (void)place;
    return remove(path);
}

static int remove_shared_memory(const char *path, const struct stat *status, int type, struct FTW *place) {
    (void)status, (void)place;
    size_t length = strlen(path);
    if (type == FTW_F && length > 4 && strcmp(path + length - 4, "-shm") == 0) REAL(unlink)(path);
    return 0;
}

// How many of the folder's entries that are not synced reach the disk: the first so many.
static uint64_t kept_entries(const char *folder, uint64_t seed) {
    if (power == lose_all) return 0;
    uint64_t count = 0;
    for (struct entry *entry = first_entry; entry != NULL; entry = entry->later)
        if (strcmp(entry->folder, folder) == 0) count++;
    random_state = seed;
    for (const char *c = folder + strlen(root); *c != '\0'; c++) random_state = random_state * 31 + (unsigned char)*c;
    return random_number() % (count + 1);
}

static void take_back_entries(void) {
    uint64_t seed = random_number();
    for (struct entry *entry = last_entry; entry != NULL; entry = entry->earlier) {
        uint64_t position = 0;
        for (struct entry *other = first_entry; other != entry; other = other->later)
            if (strcmp(other->folder, entry->folder) == 0) position++;
        if (position < kept_entries(entry->folder, seed)) continue;
        switch (entry->kind) {
        case made_file: REAL(unlink)(entry->path); break;
        case made_folder: nftw(entry->path, remove_any, 16, FTW_DEPTH | FTW_PHYS); break;
        case removed_file: make_again(entry->path, entry->old); break;
        case removed_folder: REAL(mkdir)(entry->path, 0700); break;
        case renamed:
            REAL(rename)(entry->path, entry->from);
            make_again(entry->path, entry->old);
            break;
        }
    }
}

static void die(void) {
    if (power != no_power_loss) {
        for (struct file *file = files; file != NULL; file = file->next) take_back_changes(file);
        take_back_entries();
        nftw(root, remove_shared_memory, 16, FTW_PHYS);
    }
    kill(owner, SIGKILL);
    for (;;) pause();
}

// MARK: Keeping count and record; all with the lock held

static void lock(void) {
    pthread_mutex_lock(&mutex);
    is_inside = true;
}

static void unlock(void) {
    is_inside = false;
    pthread_mutex_unlock(&mutex);
}

static void count_write(void) {
    writes++;
    if (count_text != NULL) {
        uint64_t rest = writes;
        for (int digit = count_digits - 1; digit >= 0; digit--, rest /= 10) count_text[digit] = (char)('0' + rest % 10);
    }
    if (writes == kill_at) die();
}

static void record_entry(struct entry entry) {
    if (power == no_power_loss) return;
    struct entry *kept = malloc(sizeof *kept);
    *kept = entry;
    kept->number = writes;
    snprintf(kept->folder, sizeof kept->folder, "%.*s", (int)(strrchr(kept->path, '/') - kept->path), kept->path);
    kept->earlier = last_entry;
    *(last_entry == NULL ? &first_entry : &last_entry->later) = kept;
    last_entry = kept;
}

// The change that is about to be made, with the bytes that it will cost.
static struct change *new_change(struct file *file, bool is_truncation, off_t offset, size_t length) {
    struct stat status;
    fstat(file->descriptor, &status);
    struct change *change = calloc(1, sizeof *change);
    change->number = writes;
    change->is_truncation = is_truncation;
    change->offset = offset;
    change->old_size = status.st_size;
    change->new_size = offset;
    if (status.st_size > offset) {
        size_t lost = (size_t)(status.st_size - offset);
        if (!is_truncation && lost > length) lost = length;
        change->before = malloc(lost);
        ssize_t count = pread(file->descriptor, change->before, lost, offset);
        change->before_length = count < 0 ? 0 : (size_t)count;
    }
    return change;
}

static void record_change(struct file *file, struct change *change) {
    change->earlier = file->last;
    *(file->last == NULL ? &file->first : &file->last->later) = change;
    file->last = change;
}

// Takes the lock and counts where the descriptor is of a file of the store.
static bool begin(int descriptor, struct file **file) {
    struct stat status;
    char path[PATH_MAX], link[64];
    if (!is_watching() || fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return false;
    if (!path_of(descriptor, path)) return false;
    char *deleted = strstr(path, " (deleted)");
    if (deleted != NULL) *deleted = '\0';
    if (!is_store_path(path)) return false;
    lock();
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    *file = power == no_power_loss ? NULL : file_of(&status, link);
    count_write();
    return true;
}

// MARK: Bytes

static ssize_t write_bytes(int descriptor, struct file *file, const struct iovec *parts, int count, off_t offset) {
    bool has_offset = offset >= 0;
    struct change *change = NULL;
    size_t length = 0;
    for (int part = 0; part < count; part++) length += parts[part].iov_len;
    if (file != NULL) {
        off_t place = offset;
        if (fcntl(descriptor, F_GETFL) & O_APPEND) place = lseek(file->descriptor, 0, SEEK_END);
        else if (!has_offset) place = lseek(descriptor, 0, SEEK_CUR);
        change = new_change(file, false, place, length);
        char *end = change->after = malloc(length + 1);
        for (int part = 0; part < count; part++) end = mempcpy(end, parts[part].iov_base, parts[part].iov_len);
    }
    ssize_t written = has_offset ? REAL(pwrite)(descriptor, parts[0].iov_base, length, offset)
                                 : REAL(writev)(descriptor, parts, count);
    int code = errno;
    if (change != NULL && written > 0) {
        change->after_length = (size_t)written;
        if (change->before_length > (size_t)written) change->before_length = (size_t)written;
        record_change(file, change);
    }
    unlock();
    errno = code;
    return written;
}

ssize_t write(int descriptor, const void *bytes, size_t length) {
    struct file *file;
    if (!begin(descriptor, &file)) return REAL(write)(descriptor, bytes, length);
    return write_bytes(descriptor, file, &(struct iovec){(void *)bytes, length}, 1, -1);
}

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
    struct file *file;
    if (!begin(descriptor, &file)) return REAL(writev)(descriptor, parts, count);
    return write_bytes(descriptor, file, parts, count, -1);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t length, off_t offset) {
    struct file *file;
    if (!begin(descriptor, &file)) return REAL(pwrite)(descriptor, bytes, length, offset);
    return write_bytes(descriptor, file, &(struct iovec){(void *)bytes, length}, 1, offset);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t length, off64_t offset) {
    return pwrite(descriptor, bytes, length, offset);
}

int ftruncate(int descriptor, off_t size) {
    struct file *file;
    if (!begin(descriptor, &file)) return REAL(ftruncate)(descriptor, size);
    if (file != NULL) record_change(file, new_change(file, true, size, 0));
    int result = REAL(ftruncate)(descriptor, size);
    unlock();
    return result;
}

int ftruncate64(int descriptor, off64_t size) { return ftruncate(descriptor, size); }

// MARK: Syncs

// Forgets what happened to the file before a number: it is on disk.
static void keep_changes(struct file *file, uint64_t number) {
    while (file->first != NULL && file->first->number < number) {
        struct change *change = file->first;
        file->first = change->later;
        *(file->first == NULL ? &file->last : &file->first->earlier) = NULL;
        free(change->before);
        free(change->after);
        free(change);
    }
}

static void keep_entries(const char *folder, uint64_t number) {
    for (struct entry *entry = first_entry, *later; entry != NULL; entry = later) {
        later = entry->later;
        if (entry->number >= number || strcmp(entry->folder, folder) != 0) continue;
        *(entry->earlier == NULL ? &first_entry : &entry->earlier->later) = later;
        *(later == NULL ? &last_entry : &later->earlier) = entry->earlier;
        free(entry);
    }
}

static int synced(int descriptor, int (*sync)(int)) {
    struct file *file = NULL;
    struct stat status;
    char folder[PATH_MAX] = "";
    bool is_folder = is_watching() && fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)
        && path_of(descriptor, folder) && is_store_path(folder);
    if (is_folder) {
        lock();
        count_write();
    } else if (!begin(descriptor, &file)) {
        return sync(descriptor);
    }
    uint64_t number = writes;
    unlock();
    if (ignores_sync) return 0;
    // Without the lock, for other threads may write meanwhile: that is not part of this sync.
    int result = sync(descriptor);
    int code = errno;
    lock();
    if (result == 0 && is_folder) keep_entries(folder, number);
    if (result == 0 && file != NULL) keep_changes(file, number);
    unlock();
    errno = code;
    return result;
}

int fsync(int descriptor) { return synced(descriptor, REAL(fsync)); }

int fdatasync(int descriptor) { return synced(descriptor, REAL(fdatasync)); }

// MARK: Names

static bool takes_mode(int flags) { return flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE; }

int openat(int folder, const char *name, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = takes_mode(flags) ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    char path[PATH_MAX];
    if (!is_watching() || !(flags & (O_CREAT | O_TRUNC)) || !store_name(folder, name, path))
        return REAL(openat)(folder, name, flags, mode);
    lock();
    struct stat status;
    bool is_new = !exists(path, &status);
    bool truncates = !is_new && flags & O_TRUNC && status.st_size > 0;
    if (is_new || truncates) count_write();
    if (truncates && power != no_power_loss) {
        struct file *file = file_of(&status, path);
        record_change(file, new_change(file, true, 0, 0));
    }
    int descriptor = REAL(openat)(folder, name, flags, mode);
    int code = errno;
    if (is_new && descriptor >= 0) {
        struct entry entry = {.kind = made_file};
        strcpy(entry.path, path);
        record_entry(entry);
    }
    unlock();
    errno = code;
    return descriptor;
}

#define OPEN(name, ...)                                                          \
    {                                                                            \
        va_list rest;                                                            \
        va_start(rest, flags);                                                   \
        mode_t mode = takes_mode(flags) ? va_arg(rest, mode_t) : 0;              \
        va_end(rest);                                                            \
        return openat(__VA_ARGS__, name, flags, mode);                           \
    }
int open(const char *name, int flags, ...) OPEN(name, AT_FDCWD)
int open64(const char *name, int flags, ...) OPEN(name, AT_FDCWD)
int openat64(int folder, const char *name, int flags, ...) OPEN(name, folder)

// Takes the lock and counts where the name is of the store, and there or not there as the call needs it.
static bool begin_name(int folder, const char *name, bool is_there, struct entry *entry, struct stat *status) {
    if (!is_watching() || !store_name(folder, name, entry->path)) return false;
    if (exists(entry->path, status) != is_there) return false;
    lock();
    count_write();
    if (is_there && power != no_power_loss && S_ISREG(status->st_mode)) entry->old = file_of(status, entry->path);
    return true;
}

static int end_name(const struct entry *entry, int result) {
    int code = errno;
    if (result == 0) record_entry(*entry);
    unlock();
    errno = code;
    return result;
}

int unlinkat(int folder, const char *name, int flags) {
    struct entry entry = {.kind = flags & AT_REMOVEDIR ? removed_folder : removed_file};
    struct stat status;
    if (!begin_name(folder, name, true, &entry, &status)) return REAL(unlinkat)(folder, name, flags);
    return end_name(&entry, REAL(unlinkat)(folder, name, flags));
}

int unlink(const char *name) { return unlinkat(AT_FDCWD, name, 0); }

int rmdir(const char *name) { return unlinkat(AT_FDCWD, name, AT_REMOVEDIR); }

int mkdirat(int folder, const char *name, mode_t mode) {
    struct entry entry = {.kind = made_folder};
    struct stat status;
    if (!begin_name(folder, name, false, &entry, &status)) return REAL(mkdirat)(folder, name, mode);
    return end_name(&entry, REAL(mkdirat)(folder, name, mode));
}

int mkdir(const char *name, mode_t mode) { return mkdirat(AT_FDCWD, name, mode); }

int renameat(int old_folder, const char *old_name, int new_folder, const char *new_name) {
    struct entry entry = {.kind = renamed};
    struct stat status;
    if (!is_watching() || !store_name(old_folder, old_name, entry.from) || !store_name(new_folder, new_name, entry.path)
        || !exists(entry.from, &status))
        return REAL(renameat)(old_folder, old_name, new_folder, new_name);
    lock();
    count_write();
    bool replaces = exists(entry.path, &status);
    if (replaces && power != no_power_loss && S_ISREG(status.st_mode)) entry.old = file_of(&status, entry.path);
    return end_name(&entry, REAL(renameat)(old_folder, old_name, new_folder, new_name));
}

int rename(const char *old_name, const char *new_name) {
    return renameat(AT_FDCWD, old_name, AT_FDCWD, new_name);
}

// MARK: What this does not know

static void refuse(int descriptor, const char *call) {
    struct file *file;
    if (!begin(descriptor, &file)) return;
    dprintf(STDERR_FILENO, "store_faults: %s on a file of the store is not modelled\n", call);
    abort();
}

ssize_t sendfile(int out, int in, off_t *offset, size_t count) {
    refuse(out, "sendfile");
    return REAL(sendfile)(out, in, offset, count);
}

ssize_t copy_file_range(int in, off64_t *in_offset, int out, off64_t *out_offset, size_t length, unsigned flags) {
    refuse(out, "copy_file_range");
    return REAL(copy_file_range)(in, in_offset, out, out_offset, length, flags);
}

int fallocate(int descriptor, int mode, off_t offset, off_t length) {
    refuse(descriptor, "fallocate");
    return REAL(fallocate)(descriptor, mode, offset, length);
}

int posix_fallocate(int descriptor, off_t offset, off_t length) {
    refuse(descriptor, "posix_fallocate");
    return REAL(posix_fallocate)(descriptor, offset, length);
}

ssize_t pwritev(int descriptor, const struct iovec *parts, int count, off_t offset) {
    refuse(descriptor, "pwritev");
    return REAL(pwritev)(descriptor, parts, count, offset);
}

int linkat(int old_folder, const char *old_name, int new_folder, const char *new_name, int flags) {
    char path[PATH_MAX];
    if (is_watching() && store_name(new_folder, new_name, path)) {
        dprintf(STDERR_FILENO, "store_faults: link in the store is not modelled\n");
        abort();
    }
    return REAL(linkat)(old_folder, old_name, new_folder, new_name, flags);
}

int link(const char *old_name, const char *new_name) { return linkat(AT_FDCWD, old_name, AT_FDCWD, new_name, 0); }

// MARK: Set-up

static const char *taken(const char *name) {
    const char *value = getenv(name);
    value = value == NULL ? NULL : strdup(value);
    unsetenv(name);
    return value;
}

__attribute__((constructor)) static void set_up(void) {
    const char *count = taken("STORE_FAULTS_COUNT"), *number = taken("STORE_FAULTS_KILL_AT");
    const char *loss = taken("STORE_FAULTS_POWER"), *ignores = taken("STORE_FAULTS_IGNORE_SYNC");
    unsetenv("LD_PRELOAD");
    if (number != NULL) kill_at = strtoull(number, NULL, 10);
    if (loss != NULL) power = strcmp(loss, "all") == 0 ? lose_all : lose_some;
    if (power == lose_some) random_state = strtoull(loss, NULL, 10);
    ignores_sync = ignores != NULL && strcmp(ignores, "1") == 0;
    if (count != NULL) {
        int descriptor = REAL(open)(count, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        if (descriptor < 0 || REAL(ftruncate)(descriptor, count_digits) != 0) abort();
        count_text = mmap(NULL, count_digits, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
        if (count_text == MAP_FAILED) abort();
        memset(count_text, '0', count_digits);
    }
    owner = getpid();
}
