// How errors and notices are shown, on stderr.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace sluice {

// "sluice: error: <message> [origin/code]" and "  remedy: <remedy>", or as JSON.
std::string ErrorText(const Error& error);
void Complain(const Error& error, bool json);

// "sluice: <message>", unless -q silences it.
void Notice(bool quiet, std::string_view message);

}  // namespace sluice
