#include "greeting.h"

#include <stdio.h>

size_t greeting(char *buffer, size_t size, const char *name) {
    int length = snprintf(buffer, size, "Hello, %s!", *name ? name : "world");
    return length < 0 ? 0 : (size_t)length;
}
