#include "flow_re2.h"

#include <re2/re2.h>

#include <cstring>
#include <new>

struct flow_re2 {
    RE2 pattern;
};

static RE2::Options options() {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(8 << 20);
    return options;
}

flow_re2 *flow_re2_compile(const char *pattern, size_t length, char *message, size_t capacity) {
    flow_re2 *compiled = new (std::nothrow) flow_re2{RE2(re2::StringPiece(pattern, length), options())};
    if (compiled != nullptr && compiled->pattern.ok()) return compiled;
    if (capacity > 0) {
        std::strncpy(message, compiled == nullptr ? "no memory" : compiled->pattern.error().c_str(), capacity - 1);
        message[capacity - 1] = 0;
    }
    delete compiled;
    return nullptr;
}

bool flow_re2_matches(const flow_re2 *pattern, const char *text, size_t length) {
    return RE2::PartialMatch(re2::StringPiece(text, length), pattern->pattern);
}

void flow_re2_free(flow_re2 *pattern) { delete pattern; }
