// What the shells complete, and the man page, written from the commands' descriptions.
#pragma once

#include <string>

namespace sluice {

std::string BashCompletion();
std::string ZshCompletion();
std::string FishCompletion();
std::string ManPage();  // sluice(1) in roff

}  // namespace sluice
