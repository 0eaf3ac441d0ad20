// Registrations as the command line and the server tell of them.
#pragma once

#include <string>

#include "ledger/call.h"

namespace sluice {

// One line each.
std::string CallJson(const CallRow& call);
std::string CallLine(const CallRow& call);
std::string CallHeadLine();

}  // namespace sluice
