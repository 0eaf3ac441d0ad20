// The rules that all lines share, in OCL's order: readable? owner there? repository there?
#include "system/terminology/step.h"

namespace sluice::ocl {
namespace {

// The key under which OCL groups the result.
std::string RootOf(const ScriptLine& line) {
  if (!line.is_typed) return "/";
  switch (line.type) {
    case LineType::kUser:
      return "/users/";
    case LineType::kOrganization:
      return "/orgs/";
    case LineType::kSource:
    case LineType::kCollection:
      return line.owner_url.empty() ? "/" : line.owner_url;
    case LineType::kConcept:
    case LineType::kMapping:
    case LineType::kReference:
      return line.repo_url.empty() ? "/" : line.repo_url;
    default:
      return "/";
  }
}

void Begin(Step& step) {
  const ScriptLine& line = step.line;
  LineResult& result = step.result;
  result.line = line.number;
  result.root = RootOf(line);
  if (line.is_typed) result.obj_type = ToString(line.type);
  result.obj_url = line.object_url;
  bool below_repo = !line.repo_url.empty() && !line.is_repo();
  if (below_repo) result.repo_url = line.repo_url;
  if (!line.owner_url.empty()) result.owner_url = line.owner_url;
}

bool OwnerIsThere(Step& step) {
  auto owner = ParseOwnerUrl(step.line.owner_url);
  if (!owner) return false;
  if (!owner->is_org) {
    const Account* account = step.store.FindAccount(owner->id);
    return account && account->active;
  }
  const Org* org = step.store.FindOrg(owner->id);
  return org && MaySee(*org, step.requester());
}

bool RepoIsThere(Step& step) {
  step.repo = step.store.FindRepo(step.line.repo_url);
  if (step.repo && !MaySee(*step.repo, step.requester())) step.repo = nullptr;
  return step.repo != nullptr;
}

}  // namespace

void Apply(Step& step) {
  const ScriptLine& line = step.line;
  Begin(step);
  if (!line.fault.empty()) {
    step.result.text = Shown(line.bytes);
    return step.Skip(Shown(line.fault));
  }
  step.result.text = Payload(line, step.members);
  if (line.type == LineType::kUser) return ApplyUser(step);
  if (line.type == LineType::kOrganization) return ApplyOrganization(step);
  if (!OwnerIsThere(step)) return step.Skip("Owner does not exist at: " + line.owner_url);
  if (line.is_repo()) return ApplyRepo(step);
  if (!RepoIsThere(step)) return step.Skip("Repository does not exist at: " + line.repo_url);
  switch (line.type) {
    case LineType::kConcept:
      ApplyConcept(step);
      break;
    case LineType::kMapping:
      ApplyMapping(step);
      break;
    case LineType::kReference:
      ApplyReference(step);
      break;
    default:
      ApplyRepoVersion(step);
  }
  step.lookups.Touched(line.repo_url);
}

}  // namespace sluice::ocl
