// What a submission asks for besides its script, as the import's options keep it.
#pragma once

#include <string>

namespace sluice::ocl {

struct ScriptOptions {
  std::string task;                // UUID; each submission is an import of its own
  std::string username = "admin";  // on whose behalf
  bool staff = false;              // with the rights of an admin
  std::string queue;               // of the user's; empty: the standard one
  bool update_if_exists = true;
  bool test_mode = false;

  // The name under which results and lists show the queue.
  std::string ShownQueue() const { return queue.empty() ? "default" : queue; }
  // The lane of width 1 that keeps a queue's order; empty for the standard queue.
  std::string Lane() const { return queue.empty() ? "" : "terminology/" + username + "/" + queue; }
};

std::string ToJson(const ScriptOptions& options);
// Errors: "ledger-corrupt" (kNever, kRun) for what this binary cannot read.
ScriptOptions ParseScriptOptions(const std::string& json);

// Errors (kNever, kRun): "usage" for a name that OCL does not allow.
void CheckQueueName(const std::string& name);

}  // namespace sluice::ocl
