#ifndef GREETING_H
#define GREETING_H

#include <stddef.h>

/// Writes "Hello, NAME!" ("Hello, world!" where the name is empty) to a buffer, cut to fit and always terminated.
/// Returns the length of the whole greeting.
size_t greeting(char *buffer, size_t size, const char *name);

#endif
