#include "system/fhir/bucket_params.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "engine/limits.h"
#include "http/url.h"

namespace sluice {
namespace {

// A day: longer than any wait that is meant.
constexpr int64_t kTimeoutMax = 24L * 3600 * 1000;

// Takes parameters out of an object by name and collects what is wrong with each of them.
class ParamReader {
 public:
  ParamReader(const Json& params, std::vector<std::string> path, std::vector<ParamFault>& faults)
      : params_(params), path_(std::move(path)), faults_(faults) {
    if (!params_.is_object()) Fail(path_, "type", "must be an object");
  }

  void Fail(const std::string& name, const std::string& type, const std::string& why) {
    std::vector<std::string> path = path_;
    path.push_back(name);
    Fail(path, type, why);
  }

  // The parameter's value; null if it is absent (or null, which is the same).
  const Json* Find(const std::string& name) {
    known_.insert(name);
    if (!params_.is_object()) return nullptr;
    auto found = params_.find(name);
    return found == params_.end() || found->is_null() ? nullptr : &*found;
  }

  const Json* Require(const std::string& name) {
    const Json* value = Find(name);
    if (value == nullptr && params_.is_object()) Fail(name, "require", "is required");
    return value;
  }

  void Text(const std::string& name, const Json* value, std::string& to) {
    if (value == nullptr) return;
    if (!value->is_string()) return Fail(name, "type", "must be a string");
    to = value->get<std::string>();
    if (to.empty()) Fail(name, "format", "must not be empty");
    if (to.find('\0') != std::string::npos) Fail(name, "format", "must not hold a zero byte");
  }

  void Switch(const std::string& name, bool& to) {
    const Json* value = Find(name);
    if (value == nullptr) return;
    if (!value->is_boolean()) return Fail(name, "type", "must be true or false");
    to = value->get<bool>();
  }

  void Number(const std::string& name, int64_t least, int64_t most, int64_t& to) {
    const Json* value = Find(name);
    if (value == nullptr) return;
    bool fits = value->is_number_unsigned()
                    ? value->get<uint64_t>() <= static_cast<uint64_t>(most)
                    : value->is_number_integer() && value->get<int64_t>() <= most;
    if (!fits || value->get<int64_t>() < least) {
      return Fail(name, "type", fmt::format("must be a whole number from {} to {}", least, most));
    }
    to = value->get<int64_t>();
  }

  void RefuseOthers() {
    if (!params_.is_object()) return;
    for (const auto& [name, value] : params_.items()) {
      if (!known_.contains(name)) Fail(name, "unknown-key", "is no parameter of this method");
    }
  }

 private:
  void Fail(const std::vector<std::string>& path, const std::string& type, const std::string& why) {
    std::string name = fmt::format("{}", fmt::join(path, "."));
    faults_.push_back({path, type, (name.empty() ? "params" : name) + " " + why});
  }

  const Json& params_;
  const std::vector<std::string> path_;
  std::vector<ParamFault>& faults_;
  std::set<std::string> known_;
};

bool IsMadeOf(std::string_view text, std::string_view beside_letters_and_digits) {
  return std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           beside_letters_and_digits.find(c) != std::string_view::npos;
  });
}

void ReadBucket(ParamReader& reader, std::string& bucket) {
  std::string text;
  reader.Text("bucket", reader.Require("bucket"), text);
  if (text.empty()) return;
  std::string_view rest = text;
  bool is_s3 = rest.starts_with("s3://");
  if (is_s3) rest.remove_prefix(5);
  if (rest.ends_with('/')) rest.remove_suffix(1);
  // Both become part of a host name, which nothing else may slip into.
  if (!is_s3 || rest.empty() || !IsMadeOf(rest, ".-_")) {
    return reader.Fail("bucket", "format",
                       "must be s3://<bucket-name>; parts of a bucket are named by prefixes");
  }
  bucket = rest;
}

// "us-gov-east-1.amazonaws.com" replaces Amazon's "amazonaws.com"; any other host is the address of
// a store of its own.
std::string EndpointOf(const std::string& host, bool use_ssl) {
  if (host.find("://") != std::string::npos) return host;
  bool amazons = host == "amazonaws.com" || host.ends_with(".amazonaws.com") ||
                 host == "amazonaws.com.cn" || host.ends_with(".amazonaws.com.cn");
  std::string prefix = amazons && !host.starts_with("s3.") && !host.starts_with("s3-") ? "s3." : "";
  return (use_ssl ? "https://" : "http://") + prefix + host;
}

void ReadHost(ParamReader& reader, BucketAccount& account) {
  bool use_ssl = true;
  reader.Text("host", reader.Find("host"), account.host);
  reader.Switch("use-ssl", use_ssl);
  reader.Switch("path-style", account.path_style);
  if (account.host.empty()) return;
  account.endpoint = EndpointOf(account.host, use_ssl);
  auto url = http::ParseUrl(account.endpoint);
  if (!url || url->path != "/" || !url->query.empty()) {
    reader.Fail("host", "format", "must be a host name, with a port if it needs one");
  }
}

void ReadAccount(const Json& params, std::vector<ParamFault>& faults, BucketAccount& account) {
  ParamReader reader(params, {"account"}, faults);
  reader.Text("access-key-id", reader.Require("access-key-id"), account.access_key_id);
  reader.Text("secret-access-key", reader.Require("secret-access-key"), account.secret_access_key);
  reader.Text("session-token", reader.Find("session-token"), account.session_token);
  reader.Text("region", reader.Require("region"), account.region);
  if (!IsMadeOf(account.region, "-")) {
    reader.Fail("region", "format", "must be the name of a region, such as us-east-1");
  }
  ReadHost(reader, account);
  reader.RefuseOthers();
}

void ReadPrefixes(ParamReader& reader, std::vector<std::string>& prefixes) {
  const Json* value = reader.Find("prefixes");
  if (value == nullptr) return;
  bool are_strings = value->is_array() && std::ranges::all_of(*value, [](const Json& prefix) {
                       return prefix.is_string();
                     });
  if (!are_strings) return reader.Fail("prefixes", "type", "must be an array of strings");
  prefixes = value->get<std::vector<std::string>>();
  std::ranges::sort(prefixes);
  prefixes.erase(std::unique(prefixes.begin(), prefixes.end()), prefixes.end());
}

void ReadScheduler(ParamReader& reader, Order& order) {
  std::string word;
  reader.Text("scheduler", reader.Find("scheduler"), word);
  if (word.empty()) return;
  for (Order known : {Order::kOptimal, Order::kByLastModified}) {
    if (word != ToString(known)) continue;
    order = known;
    return;
  }
  reader.Fail("scheduler", "enum", "must be optimal or by-last-modified");
}

void ReadTimeout(ParamReader& reader, const std::string& name, std::chrono::milliseconds& to) {
  int64_t number = to.count();
  reader.Number(name, 0, kTimeoutMax, number);
  to = std::chrono::milliseconds(number);
}

}  // namespace

LoadFromBucket ParseLoadFromBucket(const Json& params) {
  LoadFromBucket load;
  std::vector<ParamFault> faults;
  ParamReader reader(params, {}, faults);
  ReadBucket(reader, load.bucket);
  int64_t threads = load.thread_num;
  reader.Number("thread-num", 1, limits::kThreadsMax, threads);
  load.thread_num = static_cast<int>(threads);
  if (const Json* account = reader.Find("account")) {
    ReadAccount(*account, faults, load.account.emplace());
  }
  reader.Switch("disable-idx?", load.disable_idx);
  reader.Switch("drop-primary-key?", load.drop_primary_key);
  reader.Switch("upsert?", load.upsert);
  ReadScheduler(reader, load.scheduler);
  ReadPrefixes(reader, load.prefixes);
  ReadTimeout(reader, "connect-timeout", load.connect_timeout);
  ReadTimeout(reader, "read-timeout", load.read_timeout);
  reader.Text("lane", reader.Find("lane"), load.lane);
  reader.Text("then", reader.Find("then"), load.then);
  if (load.upsert && load.drop_primary_key) {
    reader.Fail("drop-primary-key?", "format",
                "cannot be true with upsert?, which finds rows by the primary key");
  }
  reader.RefuseOthers();
  if (!faults.empty()) throw InvalidParams(std::move(faults));
  return load;
}

std::string ParseBucketStatus(const Json& params) {
  std::string bucket;
  std::vector<ParamFault> faults;
  ParamReader reader(params, {}, faults);
  ReadBucket(reader, bucket);
  reader.RefuseOthers();
  if (!faults.empty()) throw InvalidParams(std::move(faults));
  return bucket;
}

}  // namespace sluice
