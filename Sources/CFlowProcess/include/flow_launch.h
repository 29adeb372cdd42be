#ifndef FLOW_LAUNCH_H
#define FLOW_LAUNCH_H

#include <stdint.h>
#include <sys/types.h>

/// What a new process is started with. All strings are NUL-terminated, both arrays NULL-terminated.
struct flow_launch_request {
    const char *path;
    char *const *argv;
    char *const *envp;
    /// Its working directory; NULL for the caller's.
    const char *cwd;
    int stdin_fd;
    int stdout_fd;
    int stderr_fd;
    /// Where the new process writes its number before it executes, so that who looks there knows of it as soon as it can
    /// do anything; NULL for nowhere.
    volatile pid_t *leader;
    /// The new process stands before this gate until it is opened, as the last thing before it executes; NULL for none.
    const uint32_t *gate;
};

/// The place of one new process after the other: its stack, and a copy of what it is started with.
struct flow_launch;

/// Makes a place; NULL where no memory is left.
struct flow_launch *flow_launch_make(void);

/// Gives a place back, whose last process has ended.
void flow_launch_free(struct flow_launch *launch);

/// Starts a program as the leader of a process group of its own, which dies when the calling thread does. It returns at
/// once, and not when the program has been executed; nothing of the request is needed any more. The place is in use until
/// the process has ended.
///
/// Returns 0, or an errno where there is no new process.
int flow_launch_start(struct flow_launch *launch, const struct flow_launch_request *request, pid_t *pid);

/// Once the last process has ended: why its program was not executed, as an errno; 0 if it was. ECANCELED says that the
/// gate has turned it away.
int flow_launch_failure(const struct flow_launch *launch);

/// Opens a gate, which is closed as long as it is 0, for those who stand before it or will.
void flow_gate_open(uint32_t *gate);

/// Ends those who stand before a gate, or will.
void flow_gate_turn_away(uint32_t *gate);

#endif
