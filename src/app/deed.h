// What a command did to the ledger, as it is told.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/settings.h"

namespace sluice {

struct Deed {
  std::string verb;                    // "retry"
  std::string outcome;                 // "to be tried again"
  uint64_t count = 0;                  // of objects
  std::vector<std::string> next = {};  // commands that go on from here
};

std::string DeedText(const Deed& deed);
std::string DeedJson(const Deed& deed);
void Tell(const Deed& deed, const Settings& settings);

}  // namespace sluice
