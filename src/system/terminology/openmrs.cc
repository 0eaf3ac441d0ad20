#include "system/terminology/openmrs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include "system/terminology/ocl_sql.h"

namespace sluice::ocl {
namespace {

// Concepts of these classes are the lookups themselves.
constexpr std::array<std::string_view, 6> kLookupClasses = {
    "Concept Class", "Datatype", "NameType", "DescriptionType", "MapType", "Locale"};

constexpr size_t kFailuresShownMax = 100;

std::string About(std::string_view rule, const Localized& name) {
  return fmt::format("{}: {} (locale: {}, preferred: {})", rule, name.text, name.locale,
                     name.preferred ? "yes" : "no");
}

using Test = std::function<bool(const Localized&)>;

// The second name in one locale for which `test` holds; null if there is none.
const Localized* SecondInLocale(const std::vector<Localized>& names, const Test& test) {
  std::set<std::string_view> locales;
  for (const Localized& name : names) {
    if (test(name) && !locales.insert(name.locale).second) return &name;
  }
  return nullptr;
}

std::string CheckNames(const std::vector<Localized>& names) {
  if (const auto* name = SecondInLocale(names, [](auto& n) { return n.preferred; })) {
    return About("A concept may not have more than one preferred name (per locale)", *name);
  }
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const Localized& name : names) {
    if (!IsShort(name) && !seen.emplace(name.locale, name.text).second) {
      return About("All names except short names must be unique for a concept and locale", name);
    }
  }
  if (const auto* name = SecondInLocale(names, IsShort)) {
    return About("A concept cannot have more than one short name in a locale", *name);
  }
  for (const Localized& name : names) {
    if (name.preferred && (IsShort(name) || IsIndexTerm(name))) {
      return About("A short name cannot be marked as locale preferred", name);
    }
  }
  if (const auto* name = SecondInLocale(names, IsFullySpecified)) {
    return About("A concept may not have more than one fully specified name in any locale", *name);
  }
  if (std::ranges::none_of(names, IsFullySpecified)) {
    return "A concept must have at least one fully specified name";
  }
  return "";
}

bool IsNameType(Lookups& lookups, const Localized& name) {
  if (IsFullySpecified(name)) return lookups.Has("NameTypes", "Fully Specified");
  if (IsShort(name)) return lookups.Has("NameTypes", "Short");
  if (IsIndexTerm(name)) return lookups.Has("NameTypes", "Index Term");
  return lookups.Has("NameTypes", name.type.value_or("None"));
}

std::string CheckLookups(Lookups& lookups, const ConceptContent& content,
                         const std::vector<Localized>& names,
                         const std::vector<Localized>& descriptions) {
  if (!lookups.Has("Classes", content.concept_class)) return "Invalid concept class";
  if (!lookups.Has("Datatypes", content.datatype)) return "Invalid data type";
  for (const Localized& name : names) {
    if (!IsNameType(lookups, name)) return About("Invalid name type", name);
  }
  for (const Localized& description : descriptions) {
    if (!lookups.Has("DescriptionTypes", description.type.value_or("None"))) {
      return About("Invalid description type", description);
    }
  }
  if (names.empty() || descriptions.empty()) return "";
  for (const Localized& name : names) {
    if (!lookups.Has("Locales", name.locale)) return About("Invalid name locale", name);
  }
  for (const Localized& description : descriptions) {
    if (!lookups.Has("Locales", description.locale)) {
      return About("Invalid description locale", description);
    }
  }
  return "";
}

std::string CheckToldApart(Store& store, const Repo& source, const std::string& mnemonic,
                           const std::vector<Localized>& names) {
  auto taken = [&](const Localized& name) {
    return std::ranges::any_of(store.ToldApart(source, name.locale, name.text),
                               [&](const std::string& bearer) { return bearer != mnemonic; });
  };
  for (const Localized& name : names) {
    if (IsFullySpecified(name) && taken(name)) {
      return About("Concept fully specified name must be unique for same source and locale", name);
    }
  }
  for (const Localized& name : names) {
    if (name.preferred && taken(name)) {
      return About("Concept preferred name must be unique for same source and locale", name);
    }
  }
  return "";
}

}  // namespace

Store::ToldNames ToldNamesOf(const ConceptContent& content) {
  Store::ToldNames told;
  if (content.retired) return told;
  for (const Localized& name : ParseLocalized(content.names, LocalizedKind::kName)) {
    if (name.type && !IsShort(name) && !IsIndexTerm(name)) {
      told.emplace_back(name.locale, name.text);
    }
  }
  std::ranges::sort(told);
  told.erase(std::unique(told.begin(), told.end()), told.end());
  return told;
}

std::string CheckOpenMrs(Step& step, const Repo& source, const std::string& mnemonic,
                         const ConceptContent& content) {
  bool is_lookup = std::ranges::find(kLookupClasses, content.concept_class) != kLookupClasses.end();
  if (content.retired || is_lookup) return "";
  std::vector<Localized> names = ParseLocalized(content.names, LocalizedKind::kName);
  std::string error = CheckNames(names);
  if (error.empty()) {
    error = CheckLookups(step.lookups, content, names,
                         ParseLocalized(content.descriptions, LocalizedKind::kDescription));
  }
  if (error.empty()) error = CheckToldApart(step.store, source, mnemonic, names);
  return error;
}

std::string AdoptOpenMrs(Step& step, Repo& source) {
  Store& store = step.store;
  store.Flush();
  store.ForgetTold(source);
  std::string failures;
  size_t failed = 0;
  std::string after;
  for (;;) {
    pg::Result page =
        store.connection().Exec(sql::kActiveConcepts, {std::to_string(source.id), after});
    if (page.rows() == 0) break;
    for (int row = 0; row < page.rows(); ++row) {
      after = page.text(row, 0);
      const Concept& known = *store.FindConcept(source, after);
      std::string error = CheckOpenMrs(step, source, after, known.content);
      store.SetTold(source, after, {}, ToldNamesOf(known.content));
      if (error.empty() || ++failed > kFailuresShownMax) continue;
      if (!failures.empty()) failures += ", ";
      ObjectWriter failure(failures);
      failure.Text("mnemonic", after)
          .Text("url", ItemUrlOf(source.url, ItemKind::kConcept, after))
          .Raw("errors", ObjectError(error));
      failure.End();
    }
  }
  if (failed == 0) return "";
  store.Flush();
  store.ForgetTold(source);
  return fmt::format(R"({{"failed_concept_validations": [{}]}})", failures);
}

}  // namespace sluice::ocl
