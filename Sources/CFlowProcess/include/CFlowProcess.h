#include "flow_process.h"
#include "flow_supervisor.h"
