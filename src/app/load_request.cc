#include "app/load_request.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/secrets.h"
#include "app/text.h"
#include "base/error.h"
#include "engine/dispatcher.h"
#include "engine/source.h"
#include "object/time_text.h"

namespace sluice {
namespace {

std::vector<std::string> Sorted(std::vector<std::string> words) {
  std::ranges::sort(words);
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

void AddSource(const Source& source, LoadRequest& request) {
  std::string shown = source.Shown();
  if (source.kind == Source::Kind::kHttps) request.urls.push_back(source.url);
  auto& sources = request.options.sources;
  if (std::ranges::find(sources, shown) == sources.end()) sources.push_back(shown);
}

// Only what the sources need: an endpoint that the environment happens to name is no part of a
// request for files.
void SetStore(const Settings& settings, bool has_s3, bool has_web, LoadOptions& options) {
  options.connect_timeout = settings.connect_timeout;
  options.read_timeout = settings.read_timeout;
  if (has_s3 || has_web) options.ca_bundle = settings.ca_bundle;
  if (!has_s3) return;
  options.s3_endpoint = settings.s3_endpoint;
  options.s3_path_style = settings.s3_path_style;
  options.region = settings.region;
  options.profile = settings.profile;
}

// As --after takes it.
std::string TimeText(int64_t seconds) {
  std::string text = FormatAmzTime(std::chrono::system_clock::from_time_t(seconds));
  return text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6, 5) + ":" +
         text.substr(11, 2) + ":" + text.substr(13);
}

bool IsUrl(const std::string& source) {
  return source.starts_with("https://") || source.starts_with("http://");
}

void Refuse(const std::string& code, const std::string& why, const std::string& remedy) {
  throw Fault(code, why).With(Scope::kRun).Remedy(remedy);
}

void SetWhatFollows(const Settings& settings, LoadOptions& options) {
  options.then = ParseDisposition(settings.then);
  options.then_dead = ParseDisposition(settings.then_dead);
  options.notify = settings.notify;
  options.notify_channel = settings.notify_channel;
  options.then.notices = !options.notify.empty() || !options.notify_channel.empty();
  if (!options.notify.empty() && !IsUrl(options.notify)) {
    Refuse("notify-invalid", "'" + options.notify + "' is no http or https URL",
           "give --notify the URL that is to be told");
  }
}

// What is moved must not be listed again, or it would be moved forever.
void RefuseCircle(const Disposition& then, const LoadOptions& options) {
  if (then.kind != "move") return;
  Source to = ParseSource(then.argument);
  for (const std::string& text : options.sources) {
    Source from = ParseSource(text);
    if (from.bucket == to.bucket && to.prefix.starts_with(from.prefix)) {
      Refuse("then-invalid", "what is moved to " + then.argument + " would be found in " + text,
             "move it to another bucket, or to a prefix beside the source's");
    }
  }
}

void CheckWhatFollows(const Settings& settings, const LoadOptions& options, bool all_s3) {
  if (!options.then.kind.empty() && !all_s3) {
    Refuse("then-invalid", "--then " + settings.then + " needs sources in S3",
           "leave --then out, or load from s3://bucket/prefix");
  }
  if (!options.then_dead.kind.empty() && !all_s3) {
    Refuse("then-invalid", "--then-dead " + settings.then_dead + " needs sources in S3",
           "leave --then-dead out, or load from s3://bucket/prefix");
  }
  RefuseCircle(options.then, options);
  RefuseCircle(options.then_dead, options);
}

}  // namespace

LoadRequest MakeLoadRequest(const std::string& system, const std::vector<std::string>& texts,
                            const Settings& settings) {
  LoadRequest request;
  LoadOptions& options = request.options;
  options.system = system;
  bool all_s3 = true;
  bool has_s3 = false;
  bool has_spool = false;
  for (const std::string& text : texts) {
    Source source = ParseSource(text);
    bool is_s3 = source.kind == Source::Kind::kS3;
    all_s3 = all_s3 && is_s3;
    has_s3 = has_s3 || is_s3;
    has_spool = has_spool || source.kind == Source::Kind::kSpool;
    AddSource(source, request);
  }
  options.prefixes = Sorted(settings.prefixes);
  options.include = Sorted(settings.include);
  options.exclude = Sorted(settings.exclude);
  options.types = Sorted(settings.types);
  options.legacy_rewrite = settings.legacy_rewrite;
  options.limit = settings.limit;
  options.renewal = settings.renewal;
  options.atomic = settings.atomic;
  options.order = settings.order;
  options.changed = settings.changed;
  options.policy = settings.policy;
  options.attempts = settings.attempts;
  options.lane = settings.lane;
  options.aside = settings.aside;
  options.rate = settings.rate;
  SetWhatFollows(settings, options);
  options.watch = settings.watch;
  options.after = settings.after;
  options.max_pressure = settings.max_pressure;
  options.lease = settings.lease;
  SetStore(settings, has_s3, !request.urls.empty(), options);
  CheckWhatFollows(settings, options, all_s3);
  if (settings.watch && !request.urls.empty()) {
    Refuse("usage", "--watch cannot list presigned URLs", "leave --watch out");
  }
  if (settings.watch && has_spool) {
    Refuse("usage", "--watch cannot watch an upload: what was posted is all of it",
           "leave --watch out");
  }
  if (settings.watch && options.aside.indexes == AsideOptions::Indexes::kAuto) {
    Refuse("usage", "--set-aside-indexes=auto must know what is to come, and --watch does not",
           "say --set-aside-indexes=always, or leave it out");
  }
  if (settings.watch && settings.background) {
    Refuse("usage", "--watch works in the foreground", "leave --background or --watch out");
  }
  if (options.policy.upsert && options.aside.any()) {
    Refuse("usage", "--upsert needs the tables' keys: nothing can be set aside for it",
           "leave out one of the two");
  }
  bool renews = settings.renewal != Renewal::kKeep || settings.atomic;
  if (renews && system != "table") {
    Refuse("usage", "--truncate, --replace and --atomic are for load table", "leave them out");
  }
  if (settings.atomic && settings.renewal == Renewal::kKeep) {
    Refuse("usage", "--atomic needs --truncate or --replace: all of the table is swapped",
           "say --truncate --atomic");
  }
  if (renews && settings.background) {
    Refuse("usage", "what replaces a table's contents is led by one process",
           "leave --background out");
  }
  if (settings.background && !request.urls.empty()) {
    Refuse("usage", "--background cannot take presigned URLs: no other process may keep them",
           "leave --background out");
  }
  return request;
}

void CheckThreads(const Settings& settings) {
  if (settings.threads == 0) {
    Refuse("setting-invalid", "--threads 0 would load nothing",
           "give 1 to 256; only `sluice serve` can do without");
  }
}

std::string LoadCommandLine(const LoadOptions& options, const Settings& settings) {
  const Settings defaults;
  std::string line = "sluice load " + options.system;
  auto add = [&](std::string_view text) { line.append(" ").append(ShellWord(text)); };
  auto flag = [&](std::string_view name, std::string_view value) {
    if (value.empty()) return;
    add(name);
    add(value);
  };
  for (const std::string& source : options.sources) {
    add(IsUrl(source) ? source + "?SIGNATURE" : source);
  }
  for (const std::string& prefix : options.prefixes) flag("--prefix", prefix);
  for (const std::string& glob : options.include) flag("--include", glob);
  for (const std::string& glob : options.exclude) flag("--exclude", glob);
  for (const std::string& type : options.types) flag("--types", type);
  flag("--s3-endpoint", options.s3_endpoint);
  if (options.s3_path_style) add("--s3-path-style");
  flag("--region", options.region);
  flag("--profile", options.profile);
  flag("--ca-bundle", options.ca_bundle);
  flag("--lane", options.lane);
  if (options.order != defaults.order) flag("--order", ToString(options.order));
  if (options.legacy_rewrite) add("--legacy-rewrite");
  if (options.changed != defaults.changed) flag("--changed", ToString(options.changed));
  const WritePolicy& policy = options.policy;
  const WritePolicy usual;
  if (policy.upsert) add("--upsert");
  if (!policy.history) flag("--history", "off");
  if (policy.conflict != usual.conflict) flag("--conflict", ToString(policy.conflict));
  if (policy.on_duplicate != usual.on_duplicate) {
    flag("--on-duplicate", ToString(policy.on_duplicate));
  }
  if (policy.on_reject != usual.on_reject) flag("--on-reject", ToString(policy.on_reject));
  if (policy.rejects_max != usual.rejects_max) flag("--rejects-max", ToString(policy.rejects_max));
  flag("--rate", ToString(options.rate));
  if (options.max_pressure > 0) add(fmt::format("--max-pressure={}", options.max_pressure));
  bool follows_by_itself = options.system == "images";
  if (!options.then.kind.empty() && !follows_by_itself)
    flag("--then", options.then.kind + ":" + options.then.argument);
  if (options.aside.indexes != AsideOptions::Indexes::kOff) {
    add("--set-aside-indexes=" + std::string(ToString(options.aside.indexes)));
  }
  if (options.aside.primary_key) add("--set-aside-primary-key");
  if (options.aside.foreign_keys) add("--set-aside-foreign-keys");
  if (!options.then_dead.kind.empty()) {
    flag("--then-dead", options.then_dead.kind + ":" + options.then_dead.argument);
  }
  flag("--notify", options.notify);
  flag("--notify-channel", options.notify_channel);
  if (options.watch) add("--watch");
  if (options.after) flag("--after", TimeText(*options.after));
  if (!settings.into.empty()) flag("--into", WithoutSecrets(settings.into));
  return line;
}

}  // namespace sluice
