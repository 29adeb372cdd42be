// spawn-capture [-j K] N PROGRAM [ARG...]: the limit for `exec` steps, a bare loop that captures like flowrun does.
//
// Spawns PROGRAM N times in all, on K threads that take turns (default 1). Each child has /dev/null as standard input
// and two pipes for its output, which are read to their end before the child is reaped. Prints what was seen.
// Exit status: 0; 1 if a child could not be started or did not succeed; 2 for bad usage.

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static char **program;
static int null_input;
static atomic_long remaining;
static atomic_long captured_bytes;
static atomic_long failures;

/// Reads both pipes to their end, whichever has something first, so that no child blocks on a full pipe.
static long drain(int output, int error) {
    char buffer[65536];
    struct pollfd pipes[2] = {{.fd = output, .events = POLLIN}, {.fd = error, .events = POLLIN}};
    long total = 0;
    for (int open_pipes = 2; open_pipes > 0;) {
        if (poll(pipes, 2, -1) < 0) {
            if (errno == EINTR) continue;
            break;
        }
        for (int index = 0; index < 2; index++) {
            if (pipes[index].fd < 0 || pipes[index].revents == 0) continue;
            ssize_t got = read(pipes[index].fd, buffer, sizeof buffer);
            if (got > 0) {
                total += got;
            } else if (got == 0 || errno != EINTR) {
                pipes[index].fd = -1;  // poll skips negative descriptors
                open_pipes -= 1;
            }
        }
    }
    return total;
}

/// Starts the program with its output going to the two pipes. Returns 0 or an error number.
static int start(pid_t *child, int output, int error) {
    posix_spawn_file_actions_t actions;
    int failure = posix_spawn_file_actions_init(&actions);
    if (failure != 0) return failure;
    posix_spawn_file_actions_adddup2(&actions, null_input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, error, STDERR_FILENO);
    failure = posix_spawnp(child, program[0], &actions, NULL, program, environ);
    posix_spawn_file_actions_destroy(&actions);
    return failure;
}

/// Runs the program once. Returns 0 if it succeeded, and 1 otherwise.
static int run_once(void) {
    int output[2], error[2];
    if (pipe2(output, O_CLOEXEC) != 0) return 1;
    if (pipe2(error, O_CLOEXEC) != 0) {
        close(output[0]);
        close(output[1]);
        return 1;
    }
    pid_t child;
    int failure = start(&child, output[1], error[1]);
    // Our write ends must go before the first read: the pipes end when the last writer has gone.
    close(output[1]);
    close(error[1]);
    if (failure == 0) {
        int status = 0;
        atomic_fetch_add(&captured_bytes, drain(output[0], error[0]));
        while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
        failure = status;
    }
    close(output[0]);
    close(error[0]);
    return failure != 0;
}

static void *spawn_loop(void *unused) {
    (void)unused;
    while (atomic_fetch_sub(&remaining, 1) > 0) {
        if (run_once() != 0) atomic_fetch_add(&failures, 1);
    }
    return NULL;
}

static int usage(void) {
    fprintf(stderr, "usage: spawn-capture [-j K] N PROGRAM [ARG...]\n");
    return 2;
}

int main(int argc, char **argv) {
    enum { most_threads = 256 };
    long threads = 1;
    int option;
    while ((option = getopt(argc, argv, "+j:")) != -1) {
        if (option != 'j') return usage();
        threads = strtol(optarg, NULL, 10);
    }
    if (argc - optind < 2 || threads < 1 || threads > most_threads) return usage();
    long count = strtol(argv[optind], NULL, 10);
    if (count < 1) return usage();
    atomic_store(&remaining, count);
    program = argv + optind + 1;

    null_input = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (null_input < 0) {
        perror("/dev/null");
        return 1;
    }
    pthread_t loops[most_threads];
    for (long index = 1; index < threads; index++) {
        int failure = pthread_create(&loops[index], NULL, spawn_loop, NULL);
        if (failure != 0) {
            fprintf(stderr, "spawn-capture: %s\n", strerror(failure));
            return 1;
        }
    }
    spawn_loop(NULL);
    for (long index = 1; index < threads; index++) pthread_join(loops[index], NULL);

    printf("%ld children, %ld failed, %ld bytes captured\n", count, failures, captured_bytes);
    return failures == 0 ? 0 : 1;
}
