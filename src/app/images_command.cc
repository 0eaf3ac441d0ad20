// sluice images: what the gateway was told, and inventories as Batch Operations manifests.
#include <fmt/format.h>

#include "app/call_view.h"
#include "app/command.h"
#include "app/load_request.h"
#include "app/object_name.h"
#include "app/target.h"
#include "app/text.h"
#include "base/error.h"
#include "base/unit.h"
#include "engine/store_set.h"
#include "ledger/call.h"
#include "system/images/batch_manifest.h"
#include "system/images/inventory_list.h"
#include "system/images/limits.h"

namespace sluice {
namespace {

constexpr int kPage = 1000;

CallFilter ReadFilter(const Settings& settings, pg::Connection& ledger) {
  CallFilter filter;
  filter.subject = settings.user;
  filter.state = settings.state;
  if (!filter.state.empty() && !IsCallState(filter.state)) {
    throw Fault("usage", "no registration is ever in the state '" + filter.state + "'")
        .With(Scope::kRun)
        .Remedy("see sluice images history --help");
  }
  if (!settings.object.empty()) filter.object = FindObjectOrThrow(ledger, settings.object);
  return filter;
}

ExitCode History(const Invocation& call) {
  pg::Connection ledger = OpenLedgerOf(call.settings, "images", call.stop);
  CallFilter filter = ReadFilter(call.settings, ledger);
  if (!call.settings.json) fmt::print("{}", CallHeadLine());
  CallId before;
  for (;;) {
    std::vector<CallRow> page = ListCalls(ledger, filter, before, kPage);
    for (const CallRow& row : page) {
      fmt::print("{}", call.settings.json ? CallJson(row) + "\n" : CallLine(row));
    }
    if (page.size() < kPage) return ExitCode::kDone;
    before = page.back().id;
  }
}

// The list at SOURCE. Errors (kRun): "usage" where there is none.
std::unique_ptr<ObjectList> OpenSource(StoreSet& stores, const Source& source, const Stop& stop) {
  if (source.kind != Source::Kind::kS3 || !source.prefix.ends_with("manifest.json")) {
    throw Fault("usage", source.Shown() + " is no inventory's manifest.json")
        .With(Scope::kRun)
        .Remedy("name s3://BUCKET/.../manifest.json");
  }
  return OpenInventory(stores.For(source), source.bucket, source.prefix, stop);
}

ExitCode Manifest(const Invocation& call) {
  Source source = ParseSource(call.one("SOURCE"));
  Source to = ParseSource(call.one("DESTINATION"));
  if (to.kind != Source::Kind::kS3 || !to.prefix.ends_with(".csv")) {
    throw Fault("usage", "the manifest must lie in S3, where Batch Operations read it")
        .With(Scope::kRun)
        .Remedy("name s3://BUCKET/KEY.csv");
  }
  LoadRequest request = MakeLoadRequest("images", {source.Shown(), to.Shown()}, call.settings);
  StoreSet stores(request.options, {}, call.stop);
  std::unique_ptr<ObjectList> list = OpenSource(stores, source, call.stop);
  BatchManifest manifest = MakeBatchManifest(*list, limits::kBatchManifestBytesMax);
  ObjectStore& store = stores.For(to);
  ObjectStat put = store.Put({"", to.bucket, to.prefix, ""}, manifest.csv);
  std::string job_key = to.prefix.substr(0, to.prefix.size() - 4) + ".create-job.json";
  store.Put({"", to.bucket, job_key, ""},
            CreateJobRequest({"", to.bucket, to.prefix, put.ref.etag}, source.Shown()));
  fmt::print("{} in {}\n", Counted(manifest.rows, "object"), to.Shown());
  for (const auto& [why, count] : manifest.left_out) {
    fmt::print("  {} left out: {}\n", FormatCount(count), why);
  }
  fmt::print("the request that makes the job: s3://{}/{}\n", to.bucket, job_key);
  return ExitCode::kDone;
}

}  // namespace

std::vector<Command> ImagesCommands() {
  return {
      {.name = "images history",
       .summary = "what the gateway was told of images, one line for each try, newest first",
       .details = "States: sent (under way, or cut off), done, later, refused, uncertain, absent "
                  "(asked,\nthe gateway did not know of it), repeated.",
       .arguments = {},
       .options = {"user", "object", "state", "into", "config", "json", "verbose"},
       .run = History},
      {.name = "images manifest",
       .summary = "an inventory report as a manifest for S3 Batch Operations",
       .details = "Writes the images of the report as S3BatchOperations_CSV_20180820 to "
                  "DESTINATION, and beside it\nthe request for s3control CreateJob, in which "
                  "ACCOUNT, REGION, FUNCTION and ROLE are yours to\nfill in.",
       .arguments = {{"SOURCE", "the report: s3://BUCKET/.../manifest.json"},
                     {"DESTINATION", "s3://BUCKET/KEY.csv"}},
       .options = {"s3-endpoint", "s3-path-style", "region", "profile", "ca-bundle",
                   "connect-timeout", "read-timeout", "config", "verbose"},
       .run = Manifest}};
}

}  // namespace sluice
