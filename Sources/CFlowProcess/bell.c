#define _GNU_SOURCE
#include "flow_bell.h"
#include "flow_process.h"

#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

// A thread that does not block the signal must not die of it.
static void take_no_notice(int signal) { (void)signal; }

int flow_folder_watch(int folder) {
    struct sigaction action = {.sa_handler = take_no_notice, .sa_flags = SA_RESTART};
    struct f_owner_ex owner = {.type = F_OWNER_TID, .pid = (pid_t)syscall(SYS_gettid)};
    int signal = SIGIO;
    if (sigaction(signal, &action, NULL) != 0) return -1;
    int descriptor = flow_signal_descriptor(&signal, 1);
    if (descriptor < 0) return -1;
    if (fcntl(folder, F_SETOWN_EX, &owner) == 0 && fcntl(folder, F_NOTIFY, DN_MODIFY | DN_MULTISHOT) == 0) {
        return descriptor;
    }
    close(descriptor);
    return -1;
}

flow_bell *flow_bell_map(int file) {
    // What is mapped must have its room on the disk: a fault for which there is none would end the process.
    if (lseek(file, 0, SEEK_END) <= FLOW_BELL_BYTE && pwrite(file, "", 1, FLOW_BELL_BYTE) != 1) return NULL;
    void *memory = mmap(NULL, sizeof(flow_bell), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

void flow_bell_unmap(flow_bell *bell) { munmap(bell, sizeof(flow_bell)); }

static uint64_t add(uint64_t *number, uint64_t other) { return __atomic_add_fetch(number, other, __ATOMIC_SEQ_CST); }

void flow_bell_ring(flow_bell *bell) { add(&bell->rings, 1); }

uint64_t flow_bell_rings(const flow_bell *bell) { return __atomic_load_n(&bell->rings, __ATOMIC_SEQ_CST); }

void flow_bell_listen(flow_bell *bell, int listens) { add(&bell->listeners, listens ? 1 : UINT64_MAX); }

uint64_t flow_bell_listeners(const flow_bell *bell) { return __atomic_load_n(&bell->listeners, __ATOMIC_SEQ_CST); }
