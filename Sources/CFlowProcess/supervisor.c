#define _GNU_SOURCE
#include "flow_supervisor.h"
#include "flow_bell.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// The supervisor is a fork of a process with threads: between fork and its end it may only call what is safe in a signal
// handler. So it has no heap, no stdio and no opendir, and reads /proc by the system calls themselves.

struct linux_dirent64 {
    uint64_t inode;
    int64_t offset;
    unsigned short length;
    unsigned char type;
    char name[];
};

static int is_number(const char *text) {
    for (const char *next = text; *next != 0; next++) {
        if (*next < '0' || *next > '9') return 0;
    }
    return *text != 0;
}

static pid_t number(const char *text) {
    pid_t value = 0;
    while (*text != 0) value = value * 10 + (*text++ - '0');
    return value;
}

// Whether a process's environment has an entry: read in pieces, an entry being compared from its first byte.
static int carries(int proc, const char *name, const char *mark) {
    char path[32];
    size_t length = strlen(name);
    if (length + sizeof "/environ" > sizeof path) return 0;
    memcpy(path, name, length);
    memcpy(path + length, "/environ", sizeof "/environ");
    int file = openat(proc, path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    char buffer[8192];
    size_t matched = 0;
    int is_matching = 1, found = 0;
    size_t wanted = strlen(mark);
    for (;;) {
        ssize_t count = read(file, buffer, sizeof buffer);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) break;
        for (ssize_t index = 0; index < count && !found; index++) {
            char byte = buffer[index];
            if (byte == 0) {
                found = is_matching && matched == wanted;
                matched = 0;
                is_matching = 1;
            } else if (is_matching) {
                is_matching = matched < wanted && mark[matched] == byte;
                matched++;
            }
        }
        if (found) break;
    }
    close(file);
    return found;
}

// Finds the carriers that are there now, and kills them where that is wanted. Returns how many there were.
static int find_carriers(const char *mark, int wants_kill, pid_t *found, int room) {
    int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (proc < 0) return 0;
    int count_found = 0;
    pid_t own = getpid();
    _Alignas(struct linux_dirent64) char buffer[8192];
    for (;;) {
        long count = syscall(SYS_getdents64, proc, buffer, sizeof buffer);
        if (count <= 0) break;
        for (long offset = 0; offset < count;) {
            struct linux_dirent64 *entry = (struct linux_dirent64 *)(buffer + offset);
            offset += entry->length;
            if (!is_number(entry->name)) continue;
            pid_t pid = number(entry->name);
            if (pid == own || !carries(proc, entry->name, mark)) continue;
            if (!wants_kill) {
                if (count_found < room) found[count_found++] = pid;
            } else if (kill(pid, SIGKILL) == 0) {
                count_found++;
            }
        }
    }
    close(proc);
    return count_found;
}

int flow_carriers(const char *mark, pid_t *found, int room) { return find_carriers(mark, 0, found, room); }

void flow_kill_carriers(const char *mark) {
    // What is killed may have started something that was not listed yet; a killed process is listed until it is reaped,
    // but its environment is gone.
    for (int round = 0; round < 1000; round++) {
        if (find_carriers(mark, 1, 0, 0) == 0) return;
    }
}

struct flow_supervised *flow_supervised_slots(int count) {
    void *memory = mmap(
        NULL, sizeof(struct flow_supervised) * (size_t)count, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
        0);
    return memory == MAP_FAILED ? NULL : memory;
}

void flow_supervise(struct flow_supervised *slot, const char *mark) {
    slot->leader = 0;
    size_t length = strnlen(mark, FLOW_MARK_SIZE - 1);
    memcpy(slot->mark, mark, length);
    slot->mark[length] = 0;
}

static void supervise(struct flow_supervised *slots, int count, int end, int lock, const char *bell) {
    setsid();
    prctl(PR_SET_NAME, "flowrun-guard");
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    // All other descriptors would keep pipes and locks of the worker open.
    end = fcntl(end, F_DUPFD, 3);
    lock = fcntl(lock, F_DUPFD, 3);
    dup2(end, 0);
    dup2(lock, 1);
    syscall(SYS_close_range, 2u, ~0u, 0u);
    for (;;) {
        char byte;
        ssize_t got = read(0, &byte, 1);
        if (got < 0 && errno == EINTR) continue;
        if (got == 1 && byte == 'q') _exit(0);
        if (got == 1) continue;
        break;
    }
    for (int index = 0; index < count; index++) {
        if (slots[index].mark[0] == 0) continue;
        if (slots[index].leader > 0) kill(-slots[index].leader, SIGKILL);
        flow_kill_carriers(slots[index].mark);
    }
    // First the lock, then the bell: who is woken must find it free.
    close(1);
    int file = open(bell, O_WRONLY | O_CLOEXEC);
    if (file >= 0) {
        char byte = 1;
        ssize_t rung = pwrite(file, &byte, 1, FLOW_BELL_BYTE);
        (void)rung;
    }
    _exit(0);
}

int flow_supervisor_start(struct flow_supervised *slots, int count, int lock, const char *bell, pid_t *pid) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return -1;
    // A handler of the worker must not run in the child.
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    pid_t child = fork();
    if (child == 0) {
        close(ends[1]);
        supervise(slots, count, ends[0], lock, bell);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    close(ends[0]);
    if (child < 0) {
        close(ends[1]);
        return -1;
    }
    *pid = child;
    return ends[1];
}
