// Concepts: created, revised when something changes, retired instead of deleted.
#include <fmt/format.h>

#include "system/terminology/body.h"
#include "system/terminology/openmrs.h"
#include "system/terminology/step.h"

namespace sluice::ocl {
namespace {

Text CommentOf(const Step& step) {
  Text comment = MemberText(step.members, "update_comment");
  return comment ? comment : MemberText(step.members, "comment");
}

std::string TakeRequired(JsonObject members, std::string_view name, std::string& value) {
  std::optional<Json> given = Member(members, name);
  if (given) {
    if (given->is_array() || given->is_object()) return FieldError(name, "Not a valid string.");
    // OCL's files say null where they mean the datatype None.
    value = given->is_null() && name == "datatype" ? "None" : ScalarText(*given).value_or("");
  } else if (value.empty()) {
    return FieldError(name, "This field is required.");
  }
  return value.empty() ? FieldError(name, "This field may not be blank.") : "";
}

std::string TakeLocalized(JsonObject members, LocalizedKind kind, std::string_view name,
                          std::string& json) {
  std::optional<Json> given = Member(members, name);
  if (!given) return "";
  std::vector<Localized> all;
  std::string error = ReadLocalized(given, kind, all);
  if (error.empty()) json = LocalizedJson(all, kind);
  return error;
}

// Lays what the line gives over the content. Returns the error body.
std::string Take(JsonObject members, ConceptContent& content) {
  std::string error = TakeRequired(members, "concept_class", content.concept_class);
  if (error.empty()) error = TakeRequired(members, "datatype", content.datatype);
  if (error.empty()) error = TakeExtras(members, content.extras);
  if (error.empty()) {
    error = TakeLocalized(members, LocalizedKind::kName, "names", content.names);
  }
  if (error.empty()) {
    error =
        TakeLocalized(members, LocalizedKind::kDescription, "descriptions", content.descriptions);
  }
  if (!error.empty()) return error;
  if (auto retired = Member(members, "retired")) content.retired = IsTrue(*retired);
  if (auto id = Member(members, "external_id")) content.external_id = ScalarText(*id);
  if (auto parents = Member(members, "parent_concept_urls"); parents && parents->is_array()) {
    content.parent_concept_urls.clear();
    AppendCanonicalJson(*parents, content.parent_concept_urls);
  }
  if (content.names == "[]" && !content.retired) {
    return ObjectError("A concept must have at least one name");
  }
  return "";
}

std::string Check(Step& step, const ConceptContent& content) {
  if (!step.repo->is_openmrs()) return "";
  std::string error = CheckOpenMrs(step, *step.repo, step.line.id, content);
  return error.empty() ? "" : ObjectError(error);
}

void TellNames(Step& step, const ConceptContent* before, const ConceptContent& after) {
  if (!step.repo->is_openmrs()) return;
  step.store.SetTold(*step.repo, step.line.id, before ? ToldNamesOf(*before) : Store::ToldNames(),
                     ToldNamesOf(after));
}

void Create(Step& step, const Concept* known) {
  if (!MayEdit(*step.repo, step.requester())) return step.Forbid(Deed::kCreate);
  if (known) {
    return step.Answer(Deed::kCreate, 400,
                       ObjectError("Concept ID must be unique within a source."));
  }
  Concept added;
  added.source_id = step.repo->id;
  added.mnemonic = step.line.id;
  std::string error = added.mnemonic.size() <= kIdLengthMax
                          ? Take(step.members, added.content)
                          : FieldError("id", "Enter a valid value.");
  if (error.empty()) error = Check(step, added.content);
  if (!error.empty()) return step.Answer(Deed::kCreate, 400, error);
  TellNames(step, nullptr, added.content);
  Text comment = CommentOf(step);
  added.creation = step.NewCreation();
  const Concept& stored = step.store.Add(std::move(added), comment);
  step.Answer(Deed::kCreate, 201, Body(stored, *step.repo, comment, step.StampFor(Deed::kCreate)));
}

void Update(Step& step, Concept& known) {
  if (!MayEdit(*step.repo, step.requester())) return step.Forbid(Deed::kUpdate);
  ConceptContent content = known.content;
  std::string error = Take(step.members, content);
  if (error.empty() && content == known.content) {
    return step.Answer(Deed::kUpdate, 200, std::string(kNoChanges));
  }
  if (error.empty()) error = Check(step, content);
  if (!error.empty()) return step.Answer(Deed::kUpdate, 400, error);
  TellNames(step, &known.content, content);
  Text comment = CommentOf(step);
  if (!comment && content.retired != known.content.retired) {
    comment = content.retired ? "Concept was retired" : "Concept was un-retired";
  }
  step.store.Revise(known, std::move(content), comment);
  step.Answer(Deed::kUpdate, 200,
              Body(known, *step.repo, comment, step.StampForChange(known.creation)));
}

void Retire(Step& step, Concept& known) {
  if (!MayEdit(*step.repo, step.requester())) return step.Forbid(Deed::kDelete);
  if (known.content.retired) {
    if (step.line.directive == Directive::kDeleteIfExists) {
      return step.Skip(kRetiredAlready + step.line.object_url);
    }
    return step.Answer(Deed::kDelete, 400, R"({"__all__": "Concept is already retired"})");
  }
  ConceptContent content = known.content;
  content.retired = true;
  TellNames(step, &known.content, content);
  Text comment = CommentOf(step);
  step.store.Revise(known, std::move(content), comment ? comment : "Concept was retired");
  step.Answer(Deed::kDelete, 204, "");
}

}  // namespace

void ApplyConcept(Step& step) {
  Concept* known = step.store.FindConcept(*step.repo, step.line.id);
  std::optional<Deed> deed = step.Decide(known != nullptr);
  if (!deed) return;
  if (*deed == Deed::kCreate) return Create(step, known);
  if (*deed == Deed::kUpdate) return Update(step, *known);
  Retire(step, *known);
}

}  // namespace sluice::ocl
