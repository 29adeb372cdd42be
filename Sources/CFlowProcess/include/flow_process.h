#ifndef FLOW_PROCESS_H
#define FLOW_PROCESS_H

#include <stddef.h>
#include <sys/types.h>

/// A descriptor that becomes readable when the process ends, or -1.
int flow_pidfd_open(pid_t pid);

/// A pipe whose ends are closed on exec. Returns 0 or an errno.
int flow_pipe(int *read_end, int *write_end);

/// Waits until a descriptor is readable, so many microseconds at most: poll(2) counts in milliseconds.
void flow_wait_readable(int descriptor, int microseconds);

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
