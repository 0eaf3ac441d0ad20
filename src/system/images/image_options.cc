#include "system/images/image_options.h"

#include <nlohmann/json.hpp>

#include "base/error.h"

namespace sluice {

using nlohmann::json;

std::string_view ToString(Uncertain uncertain) {
  return uncertain == Uncertain::kHold ? "hold" : "retry";
}

std::string ToJson(const ImageOptions& o) {
  return json{{"gateway", o.gateway},
              {"idempotent", o.idempotent},
              {"check_user", o.check_user},
              {"uncertain", ToString(o.uncertain)},
              {"timeout_ms", o.timeout.count()}}
      .dump();
}

ImageOptions ParseImageOptions(const std::string& text) try {
  json j = json::parse(text);
  ImageOptions o;
  j.at("gateway").get_to(o.gateway);
  j.at("idempotent").get_to(o.idempotent);
  j.at("check_user").get_to(o.check_user);
  o.uncertain = j.at("uncertain") == "retry" ? Uncertain::kRetry : Uncertain::kHold;
  o.timeout = std::chrono::milliseconds(j.at("timeout_ms").get<int64_t>());
  return o;
} catch (const json::exception& e) {
  throw Fault("ledger-corrupt", std::string("the import's options cannot be read: ") + e.what())
      .With(Scope::kRun);
}

}  // namespace sluice
