#include "flow_bell.h"
#include "flow_process.h"
#include "flow_supervisor.h"
