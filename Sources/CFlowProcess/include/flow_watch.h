#ifndef FLOW_WATCH_H
#define FLOW_WATCH_H

#include <stdint.h>

/// A descriptor that is readable as long as one of those is that it watches; -1 if there is none left. Source: epoll(7).
int flow_watch_make(void);

/// Watches a descriptor until it is left. Returns 0 or an errno.
int flow_watch_add(int watch, int descriptor, uint32_t token);

/// Leaves a descriptor, which must be done before it is closed: a new process has it as well until it executes, and a
/// descriptor that was only closed here is watched meanwhile.
void flow_watch_leave(int watch, int descriptor);

/// The tokens of those that can be read without waiting, so many at most. Returns how many there are.
int flow_watch_ready(int watch, uint32_t *tokens, int room);

#endif
