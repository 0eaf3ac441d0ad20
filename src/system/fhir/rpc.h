// Aidbox's /rpc as plain values: what a body asks and what is answered. The methods themselves are
// the caller's.
#pragma once

#include <functional>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace sluice {

using Json = nlohmann::ordered_json;

// One thing that is wrong with the parameters.
struct ParamFault {
  std::vector<std::string> path;  // of the parameter: {"account", "region"}
  std::string type;               // "require", "type", "enum", "unknown-key", "format"
  std::string message;
};

// Parameters that a method cannot take; names each of them.
class InvalidParams : public std::exception {
 public:
  explicit InvalidParams(std::vector<ParamFault> faults) : faults_(std::move(faults)) {}
  const std::vector<ParamFault>& faults() const { return faults_; }
  const char* what() const noexcept override { return "Invalid params"; }

 private:
  std::vector<ParamFault> faults_;
};

// From its parameters to its result. Errors: InvalidParams; Error.
using RpcMethods = std::map<std::string, std::function<Json(const Json& params)>, std::less<>>;

struct RpcReply {
  int status = 200;
  // JSON: {"result": ...} or {"error": {"message": ...}}; of a batch, an array of these.
  std::string body;
};

// At most this many requests in one batch.
inline constexpr size_t kRpcBatchMax = 100;

// Answers a JSON text: one request, or an array of them, which are answered one after another, each
// for itself (the status is then 200).
RpcReply AnswerRpc(std::string_view body, const RpcMethods& methods);

// The methods that a body asks for, as far as it can be read: what may be changed by it.
std::vector<std::string> MethodsOf(std::string_view body);

}  // namespace sluice
