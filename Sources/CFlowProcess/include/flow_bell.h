#ifndef FLOW_BELL_H
#define FLOW_BELL_H

#include <stdint.h>

/// A descriptor that becomes readable for the calling thread when a file in the folder is written to, until the folder's
/// descriptor is closed; or -1. It is cleared by `flow_next_signal`, and takes SIGIO.
int flow_folder_watch(int folder);

/// Two numbers that processes share through a file.
typedef struct {
    uint64_t rings;
    uint64_t listeners;
} flow_bell;

/// Where a byte may be written into the file, behind the numbers.
#define FLOW_BELL_BYTE 16

/// Maps the numbers at the beginning of a file that is open for reading and writing; NULL if that cannot be done.
flow_bell *flow_bell_map(int file);

void flow_bell_unmap(flow_bell *bell);

/// Counts one ring.
void flow_bell_ring(flow_bell *bell);

/// How often it was rung.
uint64_t flow_bell_rings(const flow_bell *bell);

/// Counts one listener more, or less. One that is killed stays counted.
void flow_bell_listen(flow_bell *bell, int listens);

/// How many listen.
uint64_t flow_bell_listeners(const flow_bell *bell);

#endif
