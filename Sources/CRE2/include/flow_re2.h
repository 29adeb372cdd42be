#ifndef FLOW_RE2_H
#define FLOW_RE2_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A compiled pattern of RE2's syntax.
typedef struct flow_re2 flow_re2;

/// Compiles a pattern; gives NULL and a message, cut to its buffer, where it is none.
flow_re2 *flow_re2_compile(const char *pattern, size_t length, char *message, size_t capacity);

/// Whether the pattern is found anywhere in a text, in time linear in the text.
bool flow_re2_matches(const flow_re2 *pattern, const char *text, size_t length);

void flow_re2_free(flow_re2 *pattern);

#ifdef __cplusplus
}
#endif

#endif
