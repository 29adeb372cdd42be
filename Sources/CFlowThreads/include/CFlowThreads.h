#ifndef FLOW_THREADS_H
#define FLOW_THREADS_H

#include <pthread.h>

/// Starts a thread, on another processor than the calling thread's if it may use one; from then on it may use all that
/// the calling thread may. No signal is delivered to it: who waits for signals may not have begun yet. Returns 0 or an
/// errno.
///
/// A virtual processor that stands still is not free to Linux: it puts a new thread beside its maker then, and moves it
/// only some 20 ms later, when the work is often done.
int flow_thread_start(pthread_t *thread, void *(*body)(void *), void *argument);

/// How many processors the calling thread may use, at least 1.
int flow_processor_count(void);

#endif
