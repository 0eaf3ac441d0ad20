#include "base/crash_point.h"

#ifdef SLUICE_CRASH_POINTS

#include <csignal>

#include <atomic>
#include <cstdlib>
#include <string>
#include <string_view>

namespace sluice {
namespace {

struct Armed {
  std::string name;
  std::atomic<int> passages_left{0};

  Armed() {
    const char* setting = std::getenv("SLUICE_CRASH_AT");
    if (setting == nullptr) return;
    name = setting;
    passages_left = 1;
    if (auto colon = name.find(':'); colon != std::string::npos) {
      passages_left = std::atoi(name.c_str() + colon + 1);
      name.resize(colon);
    }
  }
};

}  // namespace

void CrashPoint(const char* name) {
  static Armed armed;
  if (armed.name.empty() || armed.name != name) return;
  if (armed.passages_left.fetch_sub(1) == 1) std::raise(SIGKILL);
}

}  // namespace sluice

#endif
