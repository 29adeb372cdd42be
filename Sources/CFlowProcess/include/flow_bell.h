#ifndef FLOW_BELL_H
#define FLOW_BELL_H

#include <stdint.h>

/// A descriptor that becomes readable for the calling thread when a file in the folder is written to, until the folder's
/// descriptor is closed; or -1. It is cleared by `flow_next_signal`, and takes SIGIO.
int flow_folder_watch(int folder);

/// A number that processes share through a file.
typedef uint64_t flow_count;

/// Maps the number at the beginning of a file that is open for reading and writing; NULL if that cannot be done.
flow_count *flow_count_map(int file);

void flow_count_unmap(flow_count *count);

/// Adds one.
void flow_count_add(flow_count *count);

flow_count flow_count_read(const flow_count *count);

#endif
