#include "flow_watch.h"

#include <errno.h>
#include <sys/epoll.h>

int flow_watch_make(void) { return epoll_create1(EPOLL_CLOEXEC); }

int flow_watch_add(int watch, int descriptor, uint32_t token) {
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = token};
    return epoll_ctl(watch, EPOLL_CTL_ADD, descriptor, &event) == 0 ? 0 : errno;
}

void flow_watch_leave(int watch, int descriptor) { epoll_ctl(watch, EPOLL_CTL_DEL, descriptor, 0); }

int flow_watch_ready(int watch, uint32_t *tokens, int room) {
    enum { most = 64 };
    struct epoll_event events[most];
    int count = epoll_wait(watch, events, room < most ? room : most, 0);
    for (int index = 0; index < count; index++) tokens[index] = events[index].data.u32;
    return count < 0 ? 0 : count;
}
