// One line on its way through the rules: what is known of it, and what is answered.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "system/terminology/body.h"
#include "system/terminology/line_result.h"
#include "system/terminology/lookups.h"
#include "system/terminology/script_line.h"
#include "system/terminology/store.h"

namespace sluice::ocl {

// What a line comes to once it is known whether its object exists.
enum class Deed { kCreate, kUpdate, kDelete };

struct Step {
  Store& store;
  Lookups& lookups;
  const ScriptLine& line;
  JsonObject members;
  bool update_if_exists;
  const std::string& now;   // of the batch, as answers write it
  const std::string& task;  // its UUID
  Repo* repo = nullptr;     // of the line, for all types below a repository
  LineResult result = {};

  const Requester& requester() const { return store.requester(); }
  Stamp StampFor(Deed deed) const {
    const std::string& user = requester().username;
    if (deed != Deed::kCreate) return {now, user};
    return {now, user, now, user};
  }

  // Of something that is there already and is changed.
  Stamp StampForChange(const Creation& creation) const {
    return {now, requester().username, creation.created_on, creation.created_by};
  }
  Creation NewCreation() const { return {requester().username, std::string(now)}; }

  // The line's result. `status` is an HTTP status.
  void Answer(Deed deed, int status, std::string message);
  void Skip(std::string message);
  // The answers that rules share.
  void Forbid(Deed deed);
  void NotFound(Deed deed);

  // What is to be done, or nothing when the answer is given already.
  std::optional<Deed> Decide(bool exists);
};

// ---- permissions (the table in doc/reference/terminology.md). What is not visible does not exist.
bool MaySee(const Org& org, const Requester& requester);
bool MaySee(const Repo& repo, const Requester& requester);
bool MayEdit(const Org& org, const Requester& requester);
bool MayEdit(const Repo& repo, const Requester& requester);
// Deleting it, and making and deleting its versions.
bool MayAdminister(const Repo& repo, const Requester& requester);

// A bad value: {"field": ["why"]}.
std::string FieldError(std::string_view field, std::string_view why);
// {"__all__": ["why"]}
std::string ObjectError(std::string_view why);

// Takes the text attributes that the line gives. Returns the error body, empty if all is well.
template <size_t N>
std::string TakeTexts(JsonObject members, const std::array<std::string_view, N>& names,
                      std::array<Text, N>& text);
// Likewise `extras`, as canonical JSON.
std::string TakeExtras(JsonObject members, std::string& extras);
// Likewise `public_access`.
std::string TakeAccess(JsonObject members, std::string& access);

template <size_t N>
std::string TakeTexts(JsonObject members, const std::array<std::string_view, N>& names,
                      std::array<Text, N>& text) {
  for (size_t i = 0; i < N; ++i) {
    std::optional<Json> value = Member(members, names[i]);
    if (!value) continue;
    if (value->is_array() || value->is_object()) {
      return FieldError(names[i], "Not a valid string.");
    }
    text[i] = ScalarText(*value);
  }
  return "";
}

// The answer to an update that changes nothing, in OCL's words.
inline constexpr std::string_view kNoChanges =
    "No changes detected. Standard checksum is same as last version.";

// Why a source cannot be deleted, as a body.
std::string InUseError(std::string_view url);

// The rules of each type. Each answers.
void ApplyUser(Step& step);
void ApplyOrganization(Step& step);
void ApplyRepo(Step& step);
void ApplyRepoVersion(Step& step);
void ApplyConcept(Step& step);
void ApplyMapping(Step& step);
void ApplyReference(Step& step);

// The line through all rules that it meets.
void Apply(Step& step);

// As a SKIP's text and in messages: cut to a bound, and UTF-8 whatever the line holds.
std::string Shown(std::string_view bytes);
// What is sent: the attributes that the type takes, as JSON.
std::string Payload(const ScriptLine& line, JsonObject members);

}  // namespace sluice::ocl
