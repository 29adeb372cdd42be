// yaml-events FILE: the limit for `flowrun check`, which cannot be faster than libyaml's own event loop over the bytes.
//
// Reads FILE whole, parses it to STREAM-END, deletes every event and prints how many there were.
// Exit status: 0; 1 for a file that cannot be read or parsed; 2 for bad usage.

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yaml.h>

/// Returns the bytes of the file, to be freed by the caller, or NULL with `errno` set.
static unsigned char *read_whole(const char *path, size_t *length) {
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return NULL;

    struct stat status;
    unsigned char *bytes = fstat(descriptor, &status) == 0 ? malloc((size_t)status.st_size + 1) : NULL;
    size_t count = 0;
    while (bytes != NULL && count < (size_t)status.st_size) {
        ssize_t got = read(descriptor, bytes + count, (size_t)status.st_size - count);
        if (got < 0) {
            free(bytes);
            bytes = NULL;
        }
        if (got <= 0) break;
        count += (size_t)got;
    }
    close(descriptor);
    *length = count;
    return bytes;
}

/// Returns the number of events up to and with STREAM-END, or -1 after saying what is wrong with the text.
static long count_events(const unsigned char *bytes, size_t length) {
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) return -1;
    yaml_parser_set_input_string(&parser, bytes, length);

    long count = 0;
    for (int ended = 0; !ended;) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) {
            fprintf(stderr, "yaml-events: line %zu: %s\n", parser.problem_mark.line + 1, parser.problem);
            count = -1;
            break;
        }
        ended = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
        count += 1;
    }
    yaml_parser_delete(&parser);
    return count;
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: yaml-events FILE\n");
        return 2;
    }
    size_t length = 0;
    unsigned char *bytes = read_whole(argv[1], &length);
    if (bytes == NULL) {
        perror(argv[1]);
        return 1;
    }
    long count = count_events(bytes, length);
    free(bytes);
    if (count < 0) return 1;
    printf("%ld\n", count);
    return 0;
}
