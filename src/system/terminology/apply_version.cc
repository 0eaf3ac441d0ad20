// Versions of sources and collections.
#include <fmt/format.h>

#include "system/terminology/body.h"
#include "system/terminology/ocl_sql.h"
#include "system/terminology/step.h"

namespace sluice::ocl {
namespace {

std::string Take(const Step& step, RepoVersion& version) {
  std::string error = TakeTexts(step.members, kVersionText, version.text);
  if (error.empty()) error = TakeExtras(step.members, version.extras);
  if (std::optional<Json> released = Member(step.members, "released")) {
    version.released = IsTrue(*released);
  }
  return error;
}

void Create(Step& step, const RepoVersion* known) {
  if (!MayAdminister(*step.repo, step.requester())) return step.Forbid(Deed::kCreate);
  bool is_source = step.repo->kind == RepoKind::kSource;
  if (known) {
    // Both spaces are OCL's.
    std::string why = fmt::format("{} version  '{}' already exist. ",
                                  is_source ? "Source" : "Collection", known->mnemonic);
    return step.Answer(Deed::kCreate, 409,
                       fmt::format(R"({{"error": {}, "detail": {}}})", Quoted(why), Quoted(why)));
  }
  RepoVersion version;
  version.repo_id = step.repo->id;
  version.mnemonic = step.line.id;
  std::string error =
      IsPlainId(version.mnemonic) ? Take(step, version) : FieldError("id", "Enter a valid value.");
  if (!error.empty()) return step.Answer(Deed::kCreate, 400, error);
  step.Answer(Deed::kCreate, 201,
              Body(step.store.Add(std::move(version)), *step.repo, step.StampFor(Deed::kCreate)));
}

void Update(Step& step, RepoVersion& known) {
  if (!MayEdit(*step.repo, step.requester())) return step.Forbid(Deed::kUpdate);
  RepoVersion changed = known;
  std::string error = Take(step, changed);
  if (!error.empty()) return step.Answer(Deed::kUpdate, 400, error);
  step.store.Changed(known);
  changed.state = known.state;
  known = std::move(changed);
  step.Answer(Deed::kUpdate, 200, Body(known, *step.repo, step.StampFor(Deed::kUpdate)));
}

}  // namespace

void ApplyRepoVersion(Step& step) {
  RepoVersion* known = step.store.FindVersion(*step.repo, step.line.id);
  std::optional<Deed> deed = step.Decide(known != nullptr);
  if (!deed) return;
  if (*deed == Deed::kCreate) return Create(step, known);
  if (*deed == Deed::kUpdate) return Update(step, *known);
  if (!MayAdminister(*step.repo, step.requester())) return step.Forbid(Deed::kDelete);
  std::string id = std::to_string(known->id);
  step.store.Flush();
  step.store.connection().Exec(sql::kDropVersion, {id});
  step.store.Forget();
  step.Answer(Deed::kDelete, 204, "");
}

}  // namespace sluice::ocl
