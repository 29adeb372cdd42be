#define _GNU_SOURCE
#include "flow_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

char **flow_environment(void) { return environ; }

int flow_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int flow_pipe(int *read_end, int *write_end) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return errno;
    *read_end = ends[0];
    *write_end = ends[1];
    return 0;
}

int flow_pipe_for_poll(int *read_end, int *write_end) {
    int failure = flow_pipe(read_end, write_end);
    if (failure == 0) fcntl(*read_end, F_SETFL, O_NONBLOCK);
    return failure;
}

void flow_block_signals(void) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
}

void flow_wait_readable(int descriptor, int microseconds) {
    if (microseconds <= 0) return;
    struct pollfd look = {.fd = descriptor, .events = POLLIN};
    struct timespec time = {.tv_sec = microseconds / 1000000, .tv_nsec = (long)(microseconds % 1000000) * 1000};
    ppoll(&look, 1, &time, NULL);
}

int flow_memory_file(const void *bytes, size_t length) {
    int file = memfd_create("stdin", MFD_CLOEXEC);
    if (file < 0) return -1;
    const char *next = bytes;
    off_t place = 0;
    while (length > 0) {
        // At a place of its own, so that who reads begins at the start.
        ssize_t count = pwrite(file, next, length, place);
        if (count < 0) {
            if (errno == EINTR) continue;
            close(file);
            return -1;
        }
        next += count;
        place += count;
        length -= (size_t)count;
    }
    return file;
}

// Executing resets handlers, but what is ignored stays ignored: the signals that this process ignores, as bits.
static uint64_t ignored_signals(void) {
    static _Atomic uint64_t known;
    if (known == 0) {
        uint64_t ignored = 1;
        for (int number = 1; number < 64; number++) {
            struct sigaction action;
            if (sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN) ignored |= 1ull << number;
        }
        known = ignored;
    }
    return known;
}

// The child shares the parent's memory until it executes, so it only makes system calls and sets two variables.
int flow_spawn(const struct flow_spawn_request *request, pid_t *pid) {
    volatile int failure = 0;
    sigset_t all, before;
    if (!request->signals_are_blocked) {
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
    }
    pid_t parent = getpid();
    uint64_t ignored = ignored_signals();
    pid_t child = vfork();
    if (child == 0) {
        for (int number = 1; ignored >> number != 0 && number < 64; number++) {
            if (ignored >> number & 1) {
                struct sigaction reset = {.sa_handler = SIG_DFL};
                sigaction(number, &reset, NULL);
            }
        }
        setpgid(0, 0);
        if (request->leader != NULL) *request->leader = getpid();
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        // The parent may have died before the line above; getppid tells.
        if (getppid() != parent) _exit(127);
        if (dup2(request->stdin_fd, 0) < 0 || dup2(request->stdout_fd, 1) < 0 || dup2(request->stderr_fd, 2) < 0
            || (request->cwd != NULL && chdir(request->cwd) != 0)) {
            failure = errno;
            _exit(127);
        }
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        execve(request->path, request->argv, request->envp);
        failure = errno;
        _exit(127);
    }
    int fork_failure = child < 0 ? errno : 0;
    if (!request->signals_are_blocked) pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (child < 0) return fork_failure;
    if (failure != 0) {
        int status;
        pid_t ended;
        do {
            ended = waitpid(child, &status, 0);
        } while (ended < 0 && errno == EINTR);
        return failure;
    }
    *pid = child;
    return 0;
}

int flow_signal_descriptor(const int *signals, int count) {
    sigset_t set;
    sigemptyset(&set);
    for (int index = 0; index < count; index++) sigaddset(&set, signals[index]);
    if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0) return -1;
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int flow_next_signal(int descriptor) {
    struct signalfd_siginfo info;
    return read(descriptor, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}
