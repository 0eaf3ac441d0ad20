#include "engine/load_options.h"

#include <nlohmann/json.hpp>

#include "base/error.h"

namespace sluice {

using nlohmann::json;

std::string ToJson(const LoadOptions& o) {
  return json{{"system", o.system},
              {"sources", o.sources},
              {"prefixes", o.prefixes},
              {"include", o.include},
              {"exclude", o.exclude},
              {"types", o.types},
              {"limit", o.limit},
              {"order", ToString(o.order)},
              {"changed", ToString(o.changed)},
              {"attempts", o.attempts},
              {"lane", o.lane},
              {"then_kind", o.then.kind},
              {"then_argument", o.then.argument},
              {"lease_ms", o.lease.count()},
              {"s3_endpoint", o.s3_endpoint},
              {"region", o.region},
              {"profile", o.profile},
              {"ca_bundle", o.ca_bundle},
              {"s3_path_style", o.s3_path_style},
              {"connect_timeout_ms", o.connect_timeout.count()},
              {"read_timeout_ms", o.read_timeout.count()}}
      .dump();
}

LoadOptions ParseLoadOptions(const std::string& text) try {
  json j = json::parse(text);
  LoadOptions o;
  j.at("system").get_to(o.system);
  j.at("sources").get_to(o.sources);
  j.at("prefixes").get_to(o.prefixes);
  j.at("include").get_to(o.include);
  j.at("exclude").get_to(o.exclude);
  j.at("types").get_to(o.types);
  j.at("limit").get_to(o.limit);
  o.order = j.at("order") == "by-last-modified" ? Order::kByLastModified : Order::kOptimal;
  o.changed = j.at("changed") == "reload" ? ChangedPolicy::kReload
              : j.at("changed") == "skip" ? ChangedPolicy::kSkip
                                          : ChangedPolicy::kError;
  j.at("attempts").get_to(o.attempts);
  j.at("lane").get_to(o.lane);
  j.at("then_kind").get_to(o.then.kind);
  j.at("then_argument").get_to(o.then.argument);
  o.lease = std::chrono::milliseconds(j.at("lease_ms").get<int64_t>());
  j.at("s3_endpoint").get_to(o.s3_endpoint);
  j.at("region").get_to(o.region);
  j.at("profile").get_to(o.profile);
  j.at("ca_bundle").get_to(o.ca_bundle);
  j.at("s3_path_style").get_to(o.s3_path_style);
  o.connect_timeout = std::chrono::milliseconds(j.at("connect_timeout_ms").get<int64_t>());
  o.read_timeout = std::chrono::milliseconds(j.at("read_timeout_ms").get<int64_t>());
  return o;
} catch (const json::exception& e) {
  throw Fault("ledger-corrupt", std::string("the import's options cannot be read: ") + e.what())
      .With(Scope::kRun)
      .Remedy("the import was made by another version of sluice: finish it with that one");
}

std::string ImportScope(const LoadOptions& o) {
  return json{{"sources", o.sources}, {"prefixes", o.prefixes}, {"include", o.include},
              {"exclude", o.exclude}, {"types", o.types},       {"endpoint", o.s3_endpoint}}
      .dump();
}

}  // namespace sluice
