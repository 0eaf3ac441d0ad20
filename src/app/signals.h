// Ctrl-C, SIGTERM and SIGHUP ask for a stop; a second one ends the process at once.
#pragma once

#include "base/stop.h"

namespace sluice {

// The process's stop, requested by the first such signal. Installs the handlers at the first call.
const Stop& StopOnSignals();

}  // namespace sluice
