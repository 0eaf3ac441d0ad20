#include "extract/occupation.h"

#include <algorithm>

#include "base/crash_point.h"
#include "base/error.h"
#include "base/log.h"

namespace sluice {
namespace {

[[noreturn]] void RefuseTaken(const Destination& destination, const ObjectRef& found) {
  throw Fault("prefix-taken", destination.Shown() + " is taken: " + ToString(found) + " lies there")
      .With(Scope::kRun)
      .Remedy("extract to another prefix, or say --existing overwrite or --existing clean");
}

}  // namespace

std::optional<UnloadManifest> MakeRoom(const Destination& destination, const ExtractClaim& claim,
                                       Existing existing) {
  ObjectStore& store = destination.store();
  std::vector<ObjectRef> found = destination.Find();
  auto manifest = std::ranges::find(found, destination.Manifest().key, &ObjectRef::key);
  bool has_manifest = manifest != found.end();
  bool after_kill = !claim.before().empty();
  if (after_kill) {
    store.RemoveUnfinished(destination.place().bucket, destination.place().key);
    if (has_manifest) {
      UnloadManifest left = ParseUnloadManifest(destination.ReadManifest());
      if (left.extract == claim.before()) return left;
    }
  }
  bool leftovers_only = after_kill && !has_manifest;
  if (existing == Existing::kRefuse && !found.empty() && !leftovers_only) {
    RefuseTaken(destination, has_manifest ? *manifest : found.front());
  }
  // First, so that nothing is ever taken for whole that is not.
  if (has_manifest) store.Remove(*manifest);
  CrashPoint("extract-manifest-removed");
  if (existing == Existing::kClean || leftovers_only) {
    for (const ObjectRef& ref : found) store.Remove(ref);
  }
  return std::nullopt;
}

void GiveUp(ExtractClaim& claim, const Stop& stop) noexcept {
  if (stop.requested()) return;
  try {
    claim.Release();
  } catch (const std::exception& error) {
    Log(LogLevel::kInfo, std::string("the claim stays until the next extract: ") + error.what());
  }
}

ExtractResult ResultOf(const Destination& destination, const UnloadManifest& manifest) {
  ExtractResult result;
  result.manifest = ToString(destination.Manifest());
  result.parts = manifest.entries.size();
  for (const UnloadManifest::Entry& entry : manifest.entries) {
    result.bytes += entry.content_length.value_or(0);
    result.rows += entry.record_count.value_or(0);
  }
  return result;
}

ExtractResult Publish(const Destination& destination, ExtractClaim& claim,
                      UnloadManifest manifest) {
  manifest.extract = claim.id();
  std::ranges::sort(manifest.entries, {}, &UnloadManifest::Entry::key);
  claim.RequireHeld();
  CrashPoint("extract-before-manifest");
  destination.store().Put(destination.Manifest(), ToJson(manifest));
  CrashPoint("extract-manifest-written");
  claim.Release();
  return ResultOf(destination, manifest);
}

}  // namespace sluice
