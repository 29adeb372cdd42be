#ifndef FLOW_PROCESS_H
#define FLOW_PROCESS_H

#include <stddef.h>
#include <sys/types.h>

/// What a new process is started with. All strings are NUL-terminated, both arrays NULL-terminated.
struct flow_spawn_request {
    const char *path;
    char *const *argv;
    char *const *envp;
    const char *cwd;
    int stdin_fd;
    int stdout_fd;
    int stderr_fd;
    /// Whether the calling thread has all signals blocked, as those do that do nothing but start programs.
    int signals_are_blocked;
    /// Where the new process writes its number before it is executed, so that who looks there knows of it as soon as it
    /// can do anything; NULL for nowhere.
    volatile pid_t *leader;
};

/// Starts a program as the leader of a process group of its own, which dies when the calling thread does.
/// Returns 0, or the errno of the step that failed.
int flow_spawn(const struct flow_spawn_request *request, pid_t *pid);

/// A descriptor that becomes readable when the process ends, or -1.
int flow_pidfd_open(pid_t pid);

/// A pipe whose ends are closed on exec. Returns 0 or an errno.
int flow_pipe(int *read_end, int *write_end);

/// The same, whose reader never waits.
int flow_pipe_for_poll(int *read_end, int *write_end);

/// Waits until a descriptor is readable, so many microseconds at most: poll(2) counts in milliseconds.
void flow_wait_readable(int descriptor, int microseconds);

/// Blocks all signals in this thread.
void flow_block_signals(void);

/// A descriptor for reading the given bytes from their start, or -1.
int flow_memory_file(const void *bytes, size_t length);

/// Blocks signals in this thread and those that it starts, and gives a descriptor that becomes readable when one comes,
/// or -1.
int flow_signal_descriptor(const int *signals, int count);

/// The next signal of such a descriptor; 0 if none has come.
int flow_next_signal(int descriptor);

/// The environment of this process.
char **flow_environment(void);

#endif
