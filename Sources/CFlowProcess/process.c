#define _GNU_SOURCE
#include "flow_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
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
