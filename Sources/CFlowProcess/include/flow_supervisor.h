#ifndef FLOW_SUPERVISOR_H
#define FLOW_SUPERVISOR_H

#include <sys/types.h>

/// The longest mark, its NUL included.
#define FLOW_MARK_SIZE 248

/// One running attempt, in memory that a worker shares with its supervisor.
struct flow_supervised {
    /// The leader of the attempt's process group; 0 for none.
    volatile pid_t leader;
    /// `NAME=value`, which is in the environment of all that the attempt starts; empty while the slot is free.
    char mark[FLOW_MARK_SIZE];
};

/// Slots for running attempts, shared with every supervisor that is started later, or NULL.
struct flow_supervised *flow_supervised_slots(int count);

/// Writes a mark into a slot: before the attempt is started.
void flow_supervise(struct flow_supervised *slot, const char *mark);

/// Starts a process that waits for the end of this one and then kills what the slots name.
///
/// It holds `lock`, so that a lock of that file description is free only when it has done its work; then it rings the
/// bell, a path. It is told to end by the byte 'q' and by nothing else.
///
/// Returns the descriptor of the pipe to it, whose closing means our death, or -1; `pid` receives its number.
int flow_supervisor_start(struct flow_supervised *slots, int count, int lock, const char *bell, pid_t *pid);

/// Finds processes whose environment has an entry, as many as there is room for. Returns how many were found.
int flow_carriers(const char *mark, pid_t *found, int room);

/// Kills all processes whose environment has an entry, until none is left; it calls nothing but the kernel.
void flow_kill_carriers(const char *mark);

#endif
