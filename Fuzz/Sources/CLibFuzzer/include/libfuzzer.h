#ifndef FLOW_LIBFUZZER_H
#define FLOW_LIBFUZZER_H

#include <stddef.h>
#include <stdint.h>

/* libFuzzer's loop. SwiftPM renames `main`, so libFuzzer's own is not used. */
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*one)(const uint8_t *bytes, size_t count));

#endif
