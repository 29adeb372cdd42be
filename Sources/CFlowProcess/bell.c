#define _GNU_SOURCE
#include "flow_bell.h"
#include "flow_process.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
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

flow_count *flow_count_map(int file) {
    if (lseek(file, 0, SEEK_END) < (off_t)sizeof(flow_count) && ftruncate(file, sizeof(flow_count)) != 0) return NULL;
    void *memory = mmap(NULL, sizeof(flow_count), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

void flow_count_unmap(flow_count *count) { munmap((void *)count, sizeof(flow_count)); }

void flow_count_add(flow_count *count) { atomic_fetch_add((_Atomic flow_count *)count, 1); }

flow_count flow_count_read(const flow_count *count) { return atomic_load((const _Atomic flow_count *)count); }
