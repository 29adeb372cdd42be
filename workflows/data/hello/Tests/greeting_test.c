#include "greeting.h"

#include <stdio.h>
#include <string.h>

static int failed;

static void expect(const char *name, size_t size, const char *text, size_t length) {
    char buffer[64];
    size_t got = greeting(buffer, size, name);
    if (got == length && strcmp(buffer, text) == 0) return;
    fprintf(stderr, "greeting(%zu, \"%s\"): expected \"%s\" of %zu, got \"%s\" of %zu\n", size, name, text, length,
            buffer, got);
    failed = 1;
}

int main(void) {
    expect("Ada", 64, "Hello, Ada!", 11);
    expect("", 64, "Hello, world!", 13);
    expect("Ada", 8, "Hello, ", 11);
    return failed;
}
