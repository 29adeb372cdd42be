#include <stdio.h>
#include <string.h>

#include "greeting.h"

int main(int argc, char **argv) {
    if (argc > 2 || (argc == 2 && strcmp(argv[1], "--help") == 0)) {
        puts("usage: hello [NAME]");
        return argc > 2 ? 64 : 0;
    }
    char text[256];
    greeting(text, sizeof text, argc == 2 ? argv[1] : "");
    puts(text);
    return 0;
}
