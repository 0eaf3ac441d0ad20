#include "system/terminology/script_options.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "base/error.h"

namespace sluice::ocl {
namespace {

using nlohmann::json;

constexpr size_t kQueueNameMax = 100;

}  // namespace

std::string ToJson(const ScriptOptions& o) {
  return json{{"task", o.task},
              {"username", o.username},
              {"staff", o.staff},
              {"queue", o.queue},
              {"update_if_exists", o.update_if_exists},
              {"test_mode", o.test_mode}}
      .dump();
}

ScriptOptions ParseScriptOptions(const std::string& text) try {
  json j = json::parse(text);
  return {.task = j.at("task"),
          .username = j.at("username"),
          .staff = j.at("staff"),
          .queue = j.at("queue"),
          .update_if_exists = j.at("update_if_exists"),
          .test_mode = j.at("test_mode")};
} catch (const json::exception& e) {
  throw Fault("ledger-corrupt",
              std::string("the options of a terminology import cannot be read: ") + e.what())
      .With(Scope::kRun)
      .Remedy("submit the script again");
}

// OCL: [a-zA-Z0-9-._]+
void CheckQueueName(const std::string& name) {
  bool fits = name.size() <= kQueueNameMax && std::ranges::all_of(name, [](unsigned char c) {
                return std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_';
              });
  if (fits) return;
  throw Fault("usage", "'" + name + "' is no name of a queue")
      .With(Scope::kRun)
      .Remedy("use letters, digits, '-', '.' and '_', at most 100 of them");
}

}  // namespace sluice::ocl
