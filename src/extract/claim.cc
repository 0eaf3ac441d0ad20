#include "extract/claim.h"

#include <unistd.h>

#include <charconv>
#include <map>
#include <sstream>

#include "base/digest.h"
#include "base/error.h"
#include "engine/process.h"

namespace sluice {
namespace {

std::string Own(const std::string& id) {
  return "extract " + id + "\nhost " + HostName() + "\nplace " + ProcessPlace() + "\npid " +
         std::to_string(getpid()) + "\nstart " + ProcessStart(getpid()) + "\n";
}

std::map<std::string, std::string> Parse(const std::string& text) {
  std::map<std::string, std::string> fields;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    size_t space = line.find(' ');
    if (space != std::string::npos) fields[line.substr(0, space)] = line.substr(space + 1);
  }
  return fields;
}

// Whether the process that wrote the claim is gone for certain.
bool IsOver(std::map<std::string, std::string> fields) {
  if (fields["place"] != ProcessPlace() || fields["place"].empty()) return false;
  const std::string& digits = fields["pid"];
  int pid = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), pid);
  return pid > 0 && ProcessStart(pid) != fields["start"];
}

// Nothing if there is none.
std::optional<std::string> Read(ObjectStore& store, const ObjectRef& ref) {
  try {
    OpenObject object = store.Open(ref, {});
    std::string text(std::min<uint64_t>(object.stat.size_bytes, 4096), '\0');
    size_t at = 0;
    while (size_t got = object.bytes->Read({text.data() + at, text.size() - at})) at += got;
    text.resize(at);
    return text;
  } catch (const Error& error) {
    if (error.code() == "NoSuchKey") return std::nullopt;
    throw;
  }
}

Error UnderWay(const Destination& destination, std::map<std::string, std::string> holder) {
  return Fault("extract-under-way", "another extract writes to " + destination.Shown() +
                                        " (process " + holder["pid"] + " on " + holder["host"] +
                                        ")")
      .With(Scope::kRun)
      .Remedy(
          "wait until it is over, or extract to another prefix; if that process is gone, "
          "remove " +
          ToString(destination.Claim()));
}

}  // namespace

ExtractClaim ExtractClaim::Take(const Destination& destination) {
  ObjectStore& store = destination.store();
  const ObjectRef ref = destination.Claim();
  const std::string id = RandomUuid();
  const std::string own = Own(id);
  if (store.PutNew(ref, own)) return ExtractClaim(destination, id, own, "");
  std::optional<std::string> theirs = Read(store, ref);
  if (!theirs) throw UnderWay(destination, {{"pid", "?"}, {"host", "?"}}).With(Retry::kLater);
  auto holder = Parse(*theirs);
  if (!IsOver(holder)) throw UnderWay(destination, holder);
  // Of several that find it dead, one may take it over: the one that puts this.
  ObjectRef token = ref;
  token.key += "." + holder["extract"];
  if (!store.PutNew(token, own)) throw UnderWay(destination, holder);
  store.Put(ref, own);
  store.Remove(token);
  return ExtractClaim(destination, id, own, holder["extract"]);
}

void ExtractClaim::RequireHeld() const {
  std::optional<std::string> now = Read(destination_.store(), destination_.Claim());
  if (now != own_) throw UnderWay(destination_, Parse(now.value_or("")));
}

void ExtractClaim::Release() {
  RequireHeld();
  destination_.store().Remove(destination_.Claim());
}

}  // namespace sluice
