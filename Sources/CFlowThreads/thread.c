#if defined(__linux__)
#define _GNU_SOURCE
#include <sched.h>
#endif
#include "CFlowThreads.h"

#include <signal.h>
#include <unistd.h>

#if defined(__linux__)

static int start_elsewhere(pthread_t *thread, void *(*body)(void *), void *argument) {
    cpu_set_t all, others;
    int here = sched_getcpu();
    if (here < 0 || here >= CPU_SETSIZE || sched_getaffinity(0, sizeof all, &all) != 0) return -1;
    others = all;
    CPU_CLR(here, &others);
    if (CPU_COUNT(&others) == 0) return -1;

    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) return -1;
    int status = pthread_attr_setaffinity_np(&attributes, sizeof others, &others);
    if (status == 0) status = pthread_create(thread, &attributes, body, argument);
    pthread_attr_destroy(&attributes);
    if (status == 0) pthread_setaffinity_np(*thread, sizeof all, &all);
    return status;
}

static int usable_count(void) {
    cpu_set_t all;
    return sched_getaffinity(0, sizeof all, &all) == 0 ? CPU_COUNT(&all) : 0;
}

#else

static int start_elsewhere(pthread_t *thread, void *(*body)(void *), void *argument) {
    (void)thread, (void)body, (void)argument;
    return -1;
}

static int usable_count(void) { return 0; }

#endif

int flow_processor_count(void) {
    // The set has no room for those of the largest machines.
    long count = usable_count();
    if (count < 1) count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? (int)count : 1;
}

int flow_thread_start(pthread_t *thread, void *(*body)(void *), void *argument) {
    // It begins with the mask of its maker.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int status = start_elsewhere(thread, body, argument);
    if (status != 0) status = pthread_create(thread, NULL, body, argument);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return status;
}
