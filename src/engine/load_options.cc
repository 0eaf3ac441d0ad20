#include "engine/load_options.h"

#include <nlohmann/json.hpp>

#include "base/error.h"

namespace sluice {

using nlohmann::json;

namespace {

Error Corrupt(const std::string& why) {
  return Fault("ledger-corrupt", "the import's options cannot be read: " + why)
      .With(Scope::kRun)
      .Remedy("the import was made by another version of sluice: finish it with that one");
}

template <class Policy>
Policy ReadWord(const json& word, std::initializer_list<Policy> all) {
  for (Policy policy : all) {
    if (word == ToString(policy)) return policy;
  }
  throw Corrupt("what " + word.dump() + " means is not known");
}

// What is to happen in the table.
void ReadTableOptions(const json& j, LoadOptions& o) {
  j.at("upsert").get_to(o.policy.upsert);
  j.at("history").get_to(o.policy.history);
  o.policy.conflict = ReadWord(j.at("conflict"), {ConflictPolicy::kOverride, ConflictPolicy::kNewer,
                                                  ConflictPolicy::kIgnore, ConflictPolicy::kError});
  o.policy.on_duplicate = ReadWord(
      j.at("on_duplicate"), {KeepPolicy::kFail, KeepPolicy::kKeepFirst, KeepPolicy::kKeepLast});
  o.policy.on_reject =
      ReadWord(j.at("on_reject"), {RejectPolicy::kFail, RejectPolicy::kQuarantine});
  std::optional<RejectsMax> max = ParseRejectsMax(j.at("rejects_max").get<std::string>());
  if (!max) throw Corrupt("rejects_max is " + j.at("rejects_max").dump());
  o.policy.rejects_max = *max;
  o.aside.indexes = ReadWord(
      json(j.value("set_aside_indexes", "off")),
      {AsideOptions::Indexes::kOff, AsideOptions::Indexes::kAlways, AsideOptions::Indexes::kAuto});
  o.aside.primary_key = j.value("set_aside_primary_key", false);
  o.aside.foreign_keys = j.value("set_aside_foreign_keys", false);
}

}  // namespace

std::string_view ToString(AsideOptions::Indexes indexes) {
  switch (indexes) {
    case AsideOptions::Indexes::kOff:
      return "off";
    case AsideOptions::Indexes::kAlways:
      return "always";
    case AsideOptions::Indexes::kAuto:
      return "auto";
  }
  return "?";
}

namespace {

// What follows an object's end beside `then`, as the ledger's kPostFollowing reads it.
json Follow(const LoadOptions& o) {
  json follow = json::array();
  auto add = [&follow](const char* event, const std::string& kind, const std::string& argument) {
    if (argument.empty()) return;
    follow.push_back({{"event", event}, {"kind", kind}, {"argument", argument}});
  };
  add("dead", o.then_dead.kind, o.then_dead.argument);
  for (const char* event : {"done", "dead"}) {
    add(event, "notify", o.notify);
    add(event, "channel", o.notify_channel);
  }
  return follow;
}

}  // namespace

std::string_view ToString(Renewal renewal) {
  switch (renewal) {
    case Renewal::kKeep:
      return "keep";
    case Renewal::kTruncate:
      return "truncate";
    case Renewal::kReplace:
      return "replace";
  }
  return "?";
}

std::string ToJson(const LoadOptions& o) {
  return json{{"system", o.system},
              {"sources", o.sources},
              {"prefixes", o.prefixes},
              {"include", o.include},
              {"exclude", o.exclude},
              {"types", o.types},
              {"legacy_rewrite", o.legacy_rewrite},
              {"system_options", o.system_options},
              {"renewal", ToString(o.renewal)},
              {"atomic", o.atomic},
              {"generation", o.generation},
              {"shadow", o.shadow},
              {"limit", o.limit},
              {"by_source", o.by_source},
              {"threads", o.threads},
              {"order", ToString(o.order)},
              {"changed", ToString(o.changed)},
              {"upsert", o.policy.upsert},
              {"history", o.policy.history},
              {"conflict", ToString(o.policy.conflict)},
              {"on_duplicate", ToString(o.policy.on_duplicate)},
              {"on_reject", ToString(o.policy.on_reject)},
              {"rejects_max", ToString(o.policy.rejects_max)},
              {"attempts", o.attempts},
              {"lane", o.lane},
              {"then_kind", o.then.kind},
              {"then_argument", o.then.argument},
              {"set_aside_indexes", ToString(o.aside.indexes)},
              {"set_aside_primary_key", o.aside.primary_key},
              {"set_aside_foreign_keys", o.aside.foreign_keys},
              {"rate", ToString(o.rate)},
              {"then_dead_kind", o.then_dead.kind},
              {"then_dead_argument", o.then_dead.argument},
              {"notify", o.notify},
              {"notify_channel", o.notify_channel},
              {"follow", Follow(o)},
              {"watch", o.watch},
              {"after", o.after ? json(*o.after) : json()},
              {"max_pressure", o.max_pressure},
              {"lease_ms", o.lease.count()},
              {"s3_endpoint", o.s3_endpoint},
              {"region", o.region},
              {"profile", o.profile},
              {"ca_bundle", o.ca_bundle},
              {"s3_path_style", o.s3_path_style},
              {"connect_timeout_ms", o.connect_timeout.count()},
              {"read_timeout_ms", o.read_timeout.count()},
              {"served", o.served},
              {"given", o.given}}
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
  o.legacy_rewrite = j.value("legacy_rewrite", false);
  o.system_options = j.value("system_options", std::string());
  o.renewal = ReadWord(j.value("renewal", json(ToString(Renewal::kKeep))),
                       {Renewal::kKeep, Renewal::kTruncate, Renewal::kReplace});
  o.atomic = j.value("atomic", false);
  o.generation = j.value("generation", int64_t{0});
  o.shadow = j.value("shadow", std::string());
  j.at("limit").get_to(o.limit);
  o.by_source = j.value("by_source", false);
  o.threads = j.value("threads", 0);
  o.order = ReadWord(j.at("order"), {Order::kOptimal, Order::kByLastModified});
  o.changed = ReadWord(j.at("changed"), {ChangedPolicy::kError, ChangedPolicy::kSkip,
                                         ChangedPolicy::kReload, ChangedPolicy::kKeep});
  ReadTableOptions(j, o);
  j.at("attempts").get_to(o.attempts);
  j.at("lane").get_to(o.lane);
  j.at("then_kind").get_to(o.then.kind);
  j.at("then_argument").get_to(o.then.argument);
  o.max_pressure = j.value("max_pressure", 0.0);
  o.rate = ParseRate(j.value("rate", "")).value_or(Rate{});
  o.then_dead = {j.value("then_dead_kind", ""), j.value("then_dead_argument", "")};
  o.notify = j.value("notify", "");
  o.notify_channel = j.value("notify_channel", "");
  o.then.notices = !o.notify.empty() || !o.notify_channel.empty();
  o.watch = j.value("watch", false);
  if (j.contains("after") && !j["after"].is_null()) o.after = j["after"].get<int64_t>();
  o.lease = std::chrono::milliseconds(j.at("lease_ms").get<int64_t>());
  j.at("s3_endpoint").get_to(o.s3_endpoint);
  j.at("region").get_to(o.region);
  j.at("profile").get_to(o.profile);
  j.at("ca_bundle").get_to(o.ca_bundle);
  j.at("s3_path_style").get_to(o.s3_path_style);
  o.connect_timeout = std::chrono::milliseconds(j.at("connect_timeout_ms").get<int64_t>());
  o.read_timeout = std::chrono::milliseconds(j.at("read_timeout_ms").get<int64_t>());
  // Absent in imports of older versions.
  o.served = j.value("served", false);
  o.given = j.value("given", false);
  return o;
} catch (const json::exception& e) {
  throw Corrupt(e.what());
}

std::string ImportScope(const LoadOptions& o) {
  if (o.by_source) return json{{"sources", o.sources}, {"endpoint", o.s3_endpoint}}.dump();
  json scope = {{"sources", o.sources}, {"prefixes", o.prefixes}, {"include", o.include},
                {"exclude", o.exclude}, {"types", o.types},       {"endpoint", o.s3_endpoint}};
  if (o.after) scope["after"] = *o.after;
  if (!o.system_options.empty()) scope["system"] = o.system_options;
  if (o.renewal != Renewal::kKeep || o.atomic) {
    scope["renewal"] = ToString(o.renewal);
    scope["atomic"] = o.atomic;
  }
  return scope.dump();
}

}  // namespace sluice
