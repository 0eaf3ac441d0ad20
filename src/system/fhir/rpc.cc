#include "system/fhir/rpc.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "system/fhir/aidbox_error.h"

namespace sluice {
namespace {

struct Answered {
  int status;
  Json body;
};

// What an error says may hold bytes of any kind; JSON text is UTF-8.
std::string Text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Answered Refusal(int status, const std::string& message) {
  return {status, {{"error", {{"message", message}}}}};
}

Answered UnknownMethod(const std::string& method, const RpcMethods& methods) {
  std::string known;
  for (const auto& [name, run] : methods) known += (known.empty() ? "" : ", ") + name;
  Answered reply = Refusal(404, "Unknown method; there are: " + known);
  reply.body["error"]["method"] = method;
  return reply;
}

Answered Invalid(const std::string& method, const InvalidParams& invalid) {
  Json errors = Json::array();
  for (const ParamFault& fault : invalid.faults()) {
    errors.push_back({{"message", fault.message}, {"type", fault.type}, {"path", fault.path}});
  }
  return {400, {{"error", {{"message", invalid.what()}, {"method", method}, {"errors", errors}}}}};
}

// The request was understood, and what it asked for could not be done.
int StatusOf(const Error& error) {
  if (error.retry() != Retry::kNever) return 503;
  if (error.code() == "forbidden" || error.code() == "endpoint-refused") return 403;
  if (error.code() == "bucket-unknown") return 404;
  switch (error.origin()) {
    case Origin::kAws:
      return 422;
    case Origin::kPostgres:
      return 500;
    case Origin::kSluice:
      return error.code() == "internal" ? 500 : 400;
  }
  return 500;
}

Answered Failed(const Error& error) {
  AidboxError shown = AsAidboxError(error);
  Json body = {{"message", shown.message}, {"source", shown.source}, {"code", shown.code}};
  if (!error.remedy().empty()) body["remedy"] = error.remedy();
  return {StatusOf(error), {{"error", body}}};
}

Answered Answer(const Json& request, const RpcMethods& methods) {
  if (!request.is_object()) return Refusal(400, "A request must be an object with a method");
  auto method = request.find("method");
  if (method == request.end() || !method->is_string()) {
    return Refusal(400, "A request must name its method, as a string");
  }
  const auto& name = method->get_ref<const std::string&>();
  auto found = methods.find(name);
  if (found == methods.end()) return UnknownMethod(name, methods);
  try {
    auto params = request.find("params");
    bool given = params != request.end() && !params->is_null();
    Json result = found->second(given ? *params : Json::object());
    return {200, {{"result", std::move(result)}}};
  } catch (const InvalidParams& invalid) {
    return Invalid(name, invalid);
  } catch (const Error& error) {
    return Failed(error);
  }
}

Answered AnswerAll(std::string_view body, const RpcMethods& methods) {
  Json asked = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (asked.is_discarded()) return Refusal(400, "The body is not what its content type says");
  if (!asked.is_array()) return Answer(asked, methods);
  if (asked.size() > kRpcBatchMax) {
    return Refusal(400, fmt::format("A batch may hold {} requests", kRpcBatchMax));
  }
  Answered all{200, Json::array()};
  for (const Json& request : asked) all.body.push_back(Answer(request, methods).body);
  return all;
}

}  // namespace

RpcReply AnswerRpc(std::string_view body, const RpcMethods& methods) {
  Answered answered = AnswerAll(body, methods);
  return {answered.status, Text(answered.body)};
}

std::vector<std::string> MethodsOf(std::string_view body) {
  Json asked = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!asked.is_array()) asked = Json::array({asked});
  std::vector<std::string> methods;
  for (const Json& request : asked) {
    if (!request.is_object()) continue;
    auto method = request.find("method");
    if (method != request.end() && method->is_string()) methods.push_back(*method);
  }
  return methods;
}

}  // namespace sluice
