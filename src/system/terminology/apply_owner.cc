// Users and organisations.
#include <fmt/format.h>

#include "system/terminology/body.h"
#include "system/terminology/ocl_sql.h"
#include "system/terminology/step.h"

namespace sluice::ocl {
namespace {

// The first required attribute that is missing, as an error body.
template <size_t N>
std::string Missing(const std::array<std::string_view, N>& names, const std::array<Text, N>& text,
                    size_t required) {
  for (size_t i = 0; i < required; ++i) {
    if (!text[i]) return FieldError(names[i], "This field is required.");
    if (text[i]->empty()) return FieldError(names[i], "This field may not be blank.");
  }
  return "";
}

template <typename T, size_t N>
std::string Take(const Step& step, const std::array<std::string_view, N>& names, size_t required,
                 T& value) {
  std::string error = TakeTexts(step.members, names, value.text);
  if (error.empty()) error = Missing(names, value.text, required);
  if (error.empty()) error = TakeExtras(step.members, value.extras);
  return error;
}

void CreateUser(Step& step, const Account* known) {
  constexpr size_t kRequired = 2;  // name, email
  if (!step.requester().staff) return step.Forbid(Deed::kCreate);
  if (known) {
    return step.Answer(
        Deed::kCreate, 400,
        fmt::format(R"({{"username": "User with username {} already exists."}})", step.line.id));
  }
  Account account;
  account.username = step.line.id;
  std::string error = IsPlainId(account.username) ? Take(step, kAccountText, kRequired, account)
                                                  : FieldError("username", "Enter a valid value.");
  if (!error.empty()) return step.Answer(Deed::kCreate, 400, error);
  step.Answer(Deed::kCreate, 201,
              Body(step.store.Add(std::move(account)), step.StampFor(Deed::kCreate)));
}

void UpdateUser(Step& step, Account& known) {
  if (!step.requester().staff && step.requester().username != known.username) {
    return step.Forbid(Deed::kUpdate);
  }
  Account changed = known;
  std::string error = Take(step, kAccountText, 0, changed);
  if (!error.empty()) return step.Answer(Deed::kUpdate, 400, error);
  step.store.Changed(known);
  changed.state = known.state;
  known = std::move(changed);
  step.Answer(Deed::kUpdate, 200, Body(known, step.StampFor(Deed::kUpdate)));
}

void CreateOrg(Step& step, const Org* known) {
  constexpr size_t kRequired = 1;  // name
  if (known) {
    return step.Answer(
        Deed::kCreate, 400,
        fmt::format(R"({{"mnemonic": "Organization with mnemonic {} already exists."}})",
                    step.line.id));
  }
  Org org;
  org.mnemonic = step.line.id;
  org.has_member = true;
  std::string error = IsPlainId(org.mnemonic) ? Take(step, kOrgText, kRequired, org)
                                              : FieldError("mnemonic", "Enter a valid value.");
  if (error.empty()) error = TakeAccess(step.members, org.access);
  if (!error.empty()) return step.Answer(Deed::kCreate, 400, error);
  step.Answer(Deed::kCreate, 201,
              Body(step.store.Add(std::move(org)), step.StampFor(Deed::kCreate)));
}

void UpdateOrg(Step& step, Org& known) {
  constexpr size_t kRequired = 1;
  if (!MayEdit(known, step.requester())) return step.Forbid(Deed::kUpdate);
  Org changed = known;
  std::string error = Take(step, kOrgText, kRequired, changed);
  if (error.empty()) error = TakeAccess(step.members, changed.access);
  if (!error.empty()) return step.Answer(Deed::kUpdate, 400, error);
  step.store.Changed(known);
  changed.state = known.state;
  known = std::move(changed);
  step.Answer(Deed::kUpdate, 200, Body(known, step.StampFor(Deed::kUpdate)));
}

void DeleteOrg(Step& step, const Org& known) {
  if (!step.requester().staff) return step.Forbid(Deed::kDelete);
  int64_t id = known.id;
  step.store.Flush();
  pg::Result used = step.store.connection().Exec(sql::kDropOrg, {std::to_string(id)});
  if (!used.is_null(0, 0)) {
    return step.Answer(Deed::kDelete, 400, InUseError(used.text(0, 0)));
  }
  step.store.Forget();
  step.Answer(Deed::kDelete, 200, R"({"detail": "Successfully deleted org."})");
}

}  // namespace

std::string InUseError(std::string_view url) {
  return fmt::format(
      R"({{"detail": "Source {} cannot be deleted because others have created mapping or )"
      R"(references that point to it. To delete this source, you must first delete all linked )"
      R"(mappings and references and try again."}})",
      url);
}

void ApplyUser(Step& step) {
  Account* known = step.store.FindAccount(step.line.id);
  std::optional<Deed> deed = step.Decide(known && known->active);
  if (!deed) return;
  if (*deed == Deed::kCreate) return CreateUser(step, known);
  if (*deed == Deed::kUpdate) return UpdateUser(step, *known);
  if (!step.requester().staff) return step.Forbid(Deed::kDelete);
  step.store.Changed(*known);
  known->active = false;
  step.Answer(Deed::kDelete, 204, "");
}

void ApplyOrganization(Step& step) {
  Org* known = step.store.FindOrg(step.line.id);
  bool visible = known && MaySee(*known, step.requester());
  std::optional<Deed> deed = step.Decide(visible);
  if (!deed) return;
  if (*deed == Deed::kCreate) return CreateOrg(step, known);
  if (*deed == Deed::kUpdate) return UpdateOrg(step, *known);
  DeleteOrg(step, *known);
}

}  // namespace sluice::ocl
