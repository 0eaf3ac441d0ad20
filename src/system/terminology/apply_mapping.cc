// Mappings: found by id, else by what they say; revised when something changes; retired instead of
// deleted.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/digest.h"
#include "system/terminology/body.h"
#include "system/terminology/concept_name.h"
#include "system/terminology/step.h"

namespace sluice::ocl {
namespace {

std::string Problem(std::string_view why) {
  return fmt::format(R"({{"errors": {}}})", Quoted(why));
}

// A concept that the requester may see.
struct Found {
  const Repo* source = nullptr;
  const Concept* item = nullptr;
};
Found FindConceptAt(Step& step, const std::string& url) {
  std::optional<ItemUrl> item = ParseItemUrl(url);
  if (!item || item->kind != ItemKind::kConcept) return {};
  const Repo* source = step.store.FindRepo(item->repo_url);
  if (!source || !MaySee(*source, step.requester())) return {};
  const Concept* found = step.store.FindConcept(*source, item->id);
  return found ? Found{source, found} : Found{};
}

Text NameAt(Step& step, const Text& url) {
  Found found = url ? FindConceptAt(step, *url) : Found{};
  return found.item ? DisplayTextOf(found.item->content.names) : std::nullopt;
}

std::string BodyOf(Step& step, const Mapping& mapping, const Text& comment, const Stamp& stamp) {
  MappedNames names{.from = NameAt(step, mapping.content.from_url),
                    .to = NameAt(step, mapping.content.to_concept_url)};
  return Body(mapping, *step.repo, names, comment, stamp);
}

// The URL without a version, where it is a concept's.
std::string Canonical(const std::string& url) {
  std::optional<ItemUrl> item = ParseItemUrl(url);
  return item ? item->Url() : url;
}

std::optional<std::string> Given(JsonObject members, std::string_view name) {
  std::optional<std::string> text = MemberText(members, name);
  return text && text->empty() ? std::nullopt : text;
}

// An id that the same line of the same submission always gets.
std::string OwnId(const Step& step) {
  std::string hex = Hex(Md5(fmt::format("{} {}", step.task, step.line.number)));
  for (size_t at : {8, 13, 18, 23}) hex.insert(at, 1, '-');
  return hex;
}

std::string TakeFrom(Step& step, Mapping& mapping) {
  std::optional<std::string> url = Given(step.members, "from_concept_url");
  if (!url && !mapping.from_code.empty()) return "";
  Found from = url ? FindConceptAt(step, *url) : Found{};
  if (!from.item) return Problem("Must specify a 'from_concept'.");
  mapping.from_source_id = from.source->id;
  mapping.from_code = from.item->mnemonic;
  mapping.content.from_url = ItemUrlOf(from.source->url, ItemKind::kConcept, from.item->mnemonic);
  return "";
}

std::string TakeTarget(Step& step, MappingContent& content) {
  std::optional<std::string> url = Given(step.members, "to_concept_url");
  std::optional<std::string> source = Given(step.members, "to_source_url");
  std::optional<std::string> code = Given(step.members, "to_concept_code");
  constexpr std::string_view kEither =
      "Must specify either 'to_concept' or 'to_source' & 'to_concept_code'";
  if (url && (source || code)) return Problem(std::string(kEither) + ". Cannot specify both.");
  if (url) {
    content.to_concept_url = Canonical(*url);
    content.to_source_url = content.to_concept_code = std::nullopt;
  } else if (source || code) {
    content.to_concept_url = std::nullopt;
    if (source) {
      std::optional<RepoUrl> repo = ParseRepoUrl(*source);
      content.to_source_url = repo ? repo->Url() : *source;
    }
    if (code) content.to_concept_code = code;
  }
  bool whole = content.to_concept_url || (content.to_source_url && content.to_concept_code);
  return whole ? "" : Problem(kEither);
}

std::string TakeRest(JsonObject members, MappingContent& content) {
  if (auto type = Member(members, "map_type")) content.map_type = ScalarText(*type).value_or("");
  if (content.map_type.empty()) return FieldError("map_type", "This field is required.");
  if (auto name = Member(members, "to_concept_name")) content.to_concept_name = ScalarText(*name);
  if (auto id = Member(members, "external_id")) content.external_id = ScalarText(*id);
  if (auto retired = Member(members, "retired")) content.retired = IsTrue(*retired);
  if (auto weight = Member(members, "sort_weight")) {
    content.sort_weight.reset();
    std::string text = ScalarText(*weight).value_or("");
    double number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (!text.empty() && (error != std::errc() || end != text.data() + text.size())) {
      return FieldError("sort_weight", "A valid number is required.");
    }
    if (!text.empty()) content.sort_weight = number;
  }
  return TakeExtras(members, content.extras);
}

std::string CheckOpenMrsMapping(Step& step, const Mapping& mapping) {
  if (!step.repo->is_openmrs() || mapping.content.retired) return "";
  if (!step.lookups.Has("MapTypes", mapping.content.map_type)) {
    return Problem("Invalid mapping type");
  }
  auto others = step.store.MappingsFrom(*step.repo, mapping.from_source_id, mapping.from_code);
  bool taken = std::ranges::any_of(others, [&](const Mapping* other) {
    return other->mnemonic != mapping.mnemonic && !other->content.retired &&
           other->content.Target() == mapping.content.Target();
  });
  return taken ? Problem("There can be only one mapping between two concepts") : "";
}

std::string CheckUnique(Step& step, const Mapping& mapping, const Mapping* known) {
  const MappingContent& content = mapping.content;
  const Mapping* like = step.store.FindMappingLike(
      *step.repo, content.map_type, mapping.from_source_id, mapping.from_code, content.Target());
  if (!like || like == known) return "";
  return Problem(
      content.to_concept_url
          ? "Parent, map_type, from_concept, to_concept must be unique."
          : "Parent, map_type, from_concept, to_source, to_concept_code must be unique.");
}

// Lays what the line gives over the mapping, and looks for the target. Returns the error body.
std::string Take(Step& step, Mapping& mapping) {
  std::string error = TakeFrom(step, mapping);
  if (error.empty()) error = TakeTarget(step, mapping.content);
  if (!error.empty()) return error;
  if (mapping.content.to_concept_url == mapping.content.from_url) {
    return Problem("Cannot map concept to itself.");
  }
  error = TakeRest(step.members, mapping.content);
  mapping.to_source_id = 0;
  mapping.to_code.clear();
  if (mapping.content.to_concept_url) {
    Found to = FindConceptAt(step, *mapping.content.to_concept_url);
    if (to.item) {
      mapping.to_source_id = to.source->id;
      mapping.to_code = to.item->mnemonic;
    }
  }
  return error;
}

void Create(Step& step, const Mapping* known) {
  if (!MayEdit(*step.repo, step.requester())) return step.Forbid(Deed::kCreate);
  Mapping added;
  added.source_id = step.repo->id;
  added.mnemonic = step.line.id.empty() ? OwnId(step) : step.line.id;
  std::string error =
      IsPlainId(added.mnemonic) ? Take(step, added) : FieldError("id", "Enter a valid value.");
  if (error.empty()) error = CheckUnique(step, added, nullptr);
  if (error.empty() && known) error = Problem("Mapping ID must be unique within a source.");
  if (error.empty()) error = CheckOpenMrsMapping(step, added);
  if (!error.empty()) return step.Answer(Deed::kCreate, 400, error);
  Text comment = MemberText(step.members, "update_comment");
  added.creation = step.NewCreation();
  const Mapping& stored = step.store.Add(std::move(added), comment);
  step.Answer(Deed::kCreate, 201, BodyOf(step, stored, comment, step.StampFor(Deed::kCreate)));
}

void Update(Step& step, Mapping& known) {
  if (!MayEdit(*step.repo, step.requester())) return step.Forbid(Deed::kUpdate);
  Mapping changed = known;
  std::string error = Take(step, changed);
  // The target may have come since; that alone makes no new version.
  if (error.empty() && changed.content == known.content) {
    return step.Answer(Deed::kUpdate, 200, std::string(kNoChanges));
  }
  if (error.empty()) error = CheckUnique(step, changed, &known);
  if (error.empty()) error = CheckOpenMrsMapping(step, changed);
  if (!error.empty()) return step.Answer(Deed::kUpdate, 400, error);
  Text comment = MemberText(step.members, "update_comment");
  if (!comment && changed.content.retired != known.content.retired) {
    comment = changed.content.retired ? "Mapping was retired" : "Mapping was un-retired";
  }
  step.store.Revise(known, std::move(changed), comment);
  step.Answer(Deed::kUpdate, 200,
              BodyOf(step, known, comment, step.StampForChange(known.creation)));
}

void Retire(Step& step, Mapping& known) {
  if (!MayEdit(*step.repo, step.requester())) return step.Forbid(Deed::kDelete);
  if (known.content.retired) {
    if (step.line.directive == Directive::kDeleteIfExists) {
      return step.Skip(kRetiredAlready + step.line.object_url);
    }
    return step.Answer(Deed::kDelete, 204, "");
  }
  Mapping retired = known;
  retired.content.retired = true;
  Text comment = MemberText(step.members, "update_comment");
  step.store.Revise(known, std::move(retired), comment ? comment : "Mapping was retired");
  step.Answer(Deed::kDelete, 204, "");
}

Mapping* FindKnown(Step& step) {
  const ScriptLine& line = step.line;
  if (!line.id.empty()) return step.store.FindMapping(*step.repo, line.id);
  std::optional<std::string> url = Given(step.members, "from_concept_url");
  Found from = url ? FindConceptAt(step, *url) : Found{};
  if (!from.item) return nullptr;
  return step.store.FindMappingLike(*step.repo, line.map_type, from.source->id, from.item->mnemonic,
                                    line.target);
}

}  // namespace

void ApplyMapping(Step& step) {
  Mapping* known = FindKnown(step);
  std::optional<Deed> deed = step.Decide(known != nullptr);
  if (!deed) return;
  if (*deed == Deed::kCreate) return Create(step, known);
  if (*deed == Deed::kUpdate) return Update(step, *known);
  Retire(step, *known);
}

}  // namespace sluice::ocl
