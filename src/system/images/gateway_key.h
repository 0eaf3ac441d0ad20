// The gateway's API key, which is this process's own: never an option, so never in the ledger, in a
// log or on a command line.
#pragma once

#include <string>

namespace sluice {

// Said once, before anything is called.
void SetGatewayKey(std::string key);
// Empty: the gateway asks for none.
std::string GatewayKey();

}  // namespace sluice
