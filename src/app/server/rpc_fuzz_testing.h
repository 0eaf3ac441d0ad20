// What must hold for any bytes posted to /rpc as JSON or as YAML; used by the fuzz target and by
// the replay of its seeds. What is read from YAML must be what is read again after it was written.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "app/server/yaml.h"
#include "base/check.h"
#include "base/error.h"
#include "system/fhir/bucket_params.h"
#include "system/fhir/rpc.h"

namespace sluice {

inline void CheckRpcAnswer(const Json& answer) {
  CHECK(answer.is_object() && answer.size() == 1);
  CHECK(answer.contains("result") || answer.at("error").at("message").is_string());
}

inline void FuzzRpcBody(std::string_view body) {
  const RpcMethods methods = {
      {"aidbox.bulk/load-from-bucket",
       [](const Json& params) {
         LoadFromBucket load = ParseLoadFromBucket(params);
         CHECK(!load.bucket.empty() && load.bucket.find('/') == std::string::npos);
         CHECK(load.thread_num >= 1 && load.connect_timeout.count() >= 0);
         CHECK(!load.account || !load.account->region.empty());
         return Json(load.bucket);
       }},
      {"aidbox.bulk/load-from-bucket-status",
       [](const Json& params) { return Json(ParseBucketStatus(params)); }}};
  RpcReply reply = AnswerRpc(body, methods);
  Json answers = Json::parse(reply.body);
  CHECK(reply.status == 200 || answers.contains("error"));
  if (!answers.is_array()) return CheckRpcAnswer(answers);
  for (const Json& answer : answers) CheckRpcAnswer(answer);
}

inline void FuzzRpc(std::string_view input) {
  if (input.size() > 1 << 16) return;
  FuzzRpcBody(input);
  Json value;
  try {
    value = FromYaml(std::string(input));
  } catch (const Error& error) {
    CHECK(error.code() == "yaml-invalid");
    return;
  }
  std::string text;
  try {
    text = value.dump();
  } catch (const Json::exception&) {
    return;  // no UTF-8: refused by the door
  }
  FuzzRpcBody(text);
  CHECK(FromYaml(ToYaml(value)).dump() == text);
}

}  // namespace sluice
