#include "system/fhir/bucket_loader.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/dispatcher.h"
#include "engine/limits.h"
#include "ledger/import_ledger.h"
#include "system/fhir/loader_file.h"

namespace sluice {
namespace {

using std::chrono::steady_clock;

// A look at the ledger is not repeated before this has passed, nor before a fifth of the time would
// go into looking.
constexpr std::chrono::milliseconds kLookPause{200};
constexpr size_t kAnswersMax = 1000;

std::string Shown(const std::string& bucket) { return "s3://" + bucket; }

uint64_t Forgotten(pg::Connection& ledger, const LoadOptions& options) {
  std::optional<ImportId> import = FindImport(ledger, options.system, ImportScope(options));
  return import ? CountForgotten(ledger, *import) : 0;
}

}  // namespace

StartRequest AsStartRequest(const LoadFromBucket& asked) {
  StartRequest request;
  LoadOptions& options = request.options;
  options.system = "fhir";
  options.sources = {Shown(asked.bucket) + "/"};
  options.by_source = true;
  options.prefixes = asked.prefixes;
  options.threads = asked.thread_num;
  options.order = asked.scheduler;
  options.changed = ChangedPolicy::kKeep;
  options.policy.upsert = asked.upsert;
  if (asked.disable_idx) options.aside.indexes = AsideOptions::Indexes::kAlways;
  options.aside.primary_key = asked.drop_primary_key;
  options.attempts = limits::kAttemptsDefault;
  options.lane = asked.lane;
  if (!asked.then.empty()) options.then = ParseDisposition(asked.then);
  options.lease = limits::kLeaseDefault;
  options.connect_timeout = asked.connect_timeout;
  options.read_timeout = asked.read_timeout;
  if (!asked.account) return request;
  const BucketAccount& account = *asked.account;
  options.region = account.region;
  options.s3_endpoint = account.endpoint;
  options.s3_path_style = account.path_style;
  request.names_endpoint = !account.endpoint.empty();
  request.keys = CredentialOptions{.access_key_id = account.access_key_id,
                                   .secret_access_key = account.secret_access_key,
                                   .session_token = account.session_token,
                                   .profile = ""};
  return request;
}

std::string StartedMessage(const std::string& bucket, uint64_t new_files, uint64_t changed_files) {
  std::string message =
      fmt::format("Upload from bucket <{}> started. {} new files added.", Shown(bucket), new_files);
  if (changed_files != 0) {
    message += fmt::format(
        " {} known files changed since and are not loaded again: delete their LoaderFile for that.",
        changed_files);
  }
  return message;
}

Json BucketLoader::Load(const LoadFromBucket& asked) {
  StartRequest request = AsStartRequest(asked);
  uint64_t forgotten = Forgotten(*services_.ledger.Take(), request.options);
  Started started = services_.imports.Start(request, ImportStarter::Listing::kNow);
  uint64_t new_files = started.to_load + forgotten;
  {
    std::lock_guard lock(mutex_);
    answers_.erase(asked.bucket);
  }
  auto counts = CountObjectRecords(*services_.ledger.Take(), FilesOfBucket(asked.bucket));
  return {{"message", StartedMessage(asked.bucket, new_files, started.changed)},
          {"progress", {{"total", LoaderFileProgress(counts)["total"]}}},
          {"new-files-count", new_files}};
}

std::string BucketState(const std::vector<Import>& imports) {
  bool unfinished = false;
  for (const Import& import : imports) {
    if (import.state != ImportState::kPending && import.state != ImportState::kRunning) continue;
    if (import.worked_on) return "in-progress";
    unfinished = true;
  }
  return unfinished ? "interrupted" : "completed";
}

BucketLoader::Answer BucketLoader::Look(const std::string& bucket) const {
  auto began = steady_clock::now();
  auto ledger = services_.ledger.Take();
  std::vector<Import> imports = ImportsFrom(*ledger, "fhir", Shown(bucket) + "/");
  if (imports.empty()) {
    throw Fault("bucket-unknown", "nothing was loaded from bucket " + Shown(bucket))
        .With(Scope::kRun)
        .Remedy("call aidbox.bulk/load-from-bucket first");
  }
  Answer answer{.state = BucketState(imports),
                .counts = CountObjectRecords(*ledger, FilesOfBucket(bucket)),
                .good_until = {}};
  auto now = steady_clock::now();
  answer.good_until = now + std::max<steady_clock::duration>(kLookPause, 5 * (now - began));
  return answer;
}

Json BucketLoader::Status(const std::string& bucket) {
  std::lock_guard lock(mutex_);
  auto known = answers_.find(bucket);
  if (known == answers_.end() || known->second.good_until < steady_clock::now()) {
    if (answers_.size() >= kAnswersMax) answers_.clear();
    known = answers_.insert_or_assign(bucket, Look(bucket)).first;
  }
  return {{"state", known->second.state}, {"progress", LoaderFileProgress(known->second.counts)}};
}

}  // namespace sluice
