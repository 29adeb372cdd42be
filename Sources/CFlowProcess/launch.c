#define _GNU_SOURCE
#include "flow_launch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// A new process shares our memory until it executes, and we go on meanwhile: it has a stack of its own, but the `errno`
// that it would write is ours. So it makes its system calls itself, and writes nothing but its place.

struct flow_launch {
    /// What is started, all of it in `memory`.
    struct flow_launch_request request;
    pid_t parent;
    uint64_t ignored;
    volatile int failure;
    char *memory;
    size_t room;
    char *stack;
};

enum { stack_size = 32 * 1024, signal_set_size = 8 };

// MARK: System calls

#if defined(__x86_64__)

static inline long call(long number, long a, long b, long c, long d) {
    long result;
    register long fourth __asm__("r10") = d;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth)
                     : "rcx", "r11", "memory");
    return result;
}

#elif defined(__aarch64__)

static inline long call(long number, long a, long b, long c, long d) {
    register long what __asm__("x8") = number;
    register long first __asm__("x0") = a;
    register long second __asm__("x1") = b;
    register long third __asm__("x2") = c;
    register long fourth __asm__("x3") = d;
    __asm__ volatile("svc 0" : "+r"(first) : "r"(what), "r"(second), "r"(third), "r"(fourth) : "memory");
    return first;
}

#else
#error "how this processor makes a system call is not written down yet"
#endif

// MARK: Gates

enum { gate_closed, gate_open, gate_for_nobody };

static void set_gate(uint32_t *gate, uint32_t state) {
    __atomic_store_n(gate, state, __ATOMIC_RELEASE);
    syscall(SYS_futex, gate, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
}

void flow_gate_open(uint32_t *gate) { set_gate(gate, gate_open); }

void flow_gate_turn_away(uint32_t *gate) { set_gate(gate, gate_for_nobody); }

// MARK: The new process

static int passes(const uint32_t *gate) {
    if (gate == NULL) return 1;
    uint32_t state;
    while ((state = __atomic_load_n(gate, __ATOMIC_ACQUIRE)) == gate_closed) {
        call(SYS_futex, (long)gate, FUTEX_WAIT_PRIVATE, gate_closed, 0);
    }
    return state == gate_open;
}

// Makes a descriptor one that the program inherits. Returns 0 or a negative errno.
static long place(int descriptor, int number) {
    long result = descriptor == number ? call(SYS_fcntl, number, F_SETFD, 0, 0)
                                       : call(SYS_dup3, descriptor, number, 0, 0);
    return result < 0 ? result : 0;
}

// What ignores a signal goes on to do so in a new program, and what handles it does not.
static void heed_ignored_signals(uint64_t ignored) {
    const uint64_t by_default[4] = {0};
    for (int number = 1; ignored >> number != 0 && number < 64; number++) {
        if (ignored >> number & 1) call(SYS_rt_sigaction, number, (long)by_default, 0, signal_set_size);
    }
}

// Returns only if something fails, and then a negative errno.
static long become(struct flow_launch *launch) {
    const struct flow_launch_request *request = &launch->request;
    heed_ignored_signals(launch->ignored);
    call(SYS_setpgid, 0, 0, 0, 0);
    if (request->leader != NULL) *request->leader = (pid_t)call(SYS_getpid, 0, 0, 0, 0);
    call(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0);
    // The parent may have died before the line above; getppid tells.
    if (call(SYS_getppid, 0, 0, 0, 0) != launch->parent) return -ESRCH;
    long problem = place(request->stdin_fd, 0);
    if (problem == 0) problem = place(request->stdout_fd, 1);
    if (problem == 0) problem = place(request->stderr_fd, 2);
    if (problem == 0 && request->cwd != NULL) problem = call(SYS_chdir, (long)request->cwd, 0, 0, 0);
    if (problem != 0) return problem;
    if (!passes(request->gate)) return -ECANCELED;
    const uint64_t none = 0;
    call(SYS_rt_sigprocmask, SIG_SETMASK, (long)&none, 0, signal_set_size);
    return call(SYS_execve, (long)request->path, (long)request->argv, (long)request->envp, 0);
}

static int begin(void *context) {
    struct flow_launch *launch = context;
    launch->failure = (int)-become(launch);
    for (;;) call(SYS_exit_group, 127, 0, 0, 0);
}

// MARK: Who starts it

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

struct flow_launch *flow_launch_make(void) {
    struct flow_launch *launch = calloc(1, sizeof *launch);
    if (launch == NULL) return NULL;
    launch->stack = mmap(NULL, stack_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (launch->stack == MAP_FAILED) {
        free(launch);
        return NULL;
    }
    return launch;
}

void flow_launch_free(struct flow_launch *launch) {
    munmap(launch->stack, stack_size);
    free(launch->memory);
    free(launch);
}

static size_t size_of(char *const *strings, size_t *count) {
    size_t size = sizeof *strings;
    for (*count = 0; strings[*count] != NULL; (*count)++) size += sizeof *strings + strlen(strings[*count]) + 1;
    return size;
}

static char *copy(const char *string, char **free_place) {
    size_t size = strlen(string) + 1;
    char *begin = memcpy(*free_place, string, size);
    *free_place += size;
    return begin;
}

static void copy_all(char *const *strings, size_t count, char **pointers, char **free_place) {
    for (size_t index = 0; index < count; index++) pointers[index] = copy(strings[index], free_place);
    pointers[count] = NULL;
}

// Copies what is started to where it lies until the process has ended: first the arrays, then the strings.
static int keep(struct flow_launch *launch, const struct flow_launch_request *request) {
    size_t words, variables;
    size_t needed = size_of(request->argv, &words) + size_of(request->envp, &variables) + strlen(request->path) + 1;
    if (request->cwd != NULL) needed += strlen(request->cwd) + 1;
    if (needed > launch->room) {
        char *memory = malloc(needed);
        if (memory == NULL) return ENOMEM;
        free(launch->memory);
        launch->memory = memory;
        launch->room = needed;
    }
    char **argv = (char **)launch->memory, **envp = argv + words + 1;
    char *free_place = (char *)(envp + variables + 1);
    launch->request = *request;
    copy_all(request->argv, words, argv, &free_place);
    copy_all(request->envp, variables, envp, &free_place);
    launch->request.argv = argv;
    launch->request.envp = envp;
    launch->request.path = copy(request->path, &free_place);
    if (request->cwd != NULL) launch->request.cwd = copy(request->cwd, &free_place);
    return 0;
}

int flow_launch_start(struct flow_launch *launch, const struct flow_launch_request *request, pid_t *pid) {
    int failure = keep(launch, request);
    if (failure != 0) return failure;
    launch->parent = getpid();
    launch->ignored = ignored_signals();
    launch->failure = 0;
    // No handler of ours may run in the new process.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t child = clone(begin, launch->stack + stack_size, CLONE_VM | SIGCHLD, launch);
    if (child < 0) failure = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failure == 0) *pid = child;
    return failure;
}

int flow_launch_failure(const struct flow_launch *launch) { return launch->failure; }
