// sd_notify(3): tells the service manager that the server is ready, or about to end.
#pragma once

#include <string>

namespace sluice {

// Sends `state` ("READY=1", "STOPPING=1") to NOTIFY_SOCKET; does nothing where none is set.
void NotifyManager(const std::string& state);

}  // namespace sluice
