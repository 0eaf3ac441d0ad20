#include "system/terminology/concept_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "system/terminology/step.h"

namespace sluice::ocl {
namespace {

struct Words {
  std::string_view list, text, type;
};
constexpr Words WordsOf(LocalizedKind kind) {
  return kind == LocalizedKind::kName ? Words{"names", "name", "name_type"}
                                      : Words{"descriptions", "description", "description_type"};
}

std::string ReadOne(Json value, const Words& words, Localized& out) {
  if (!value.is_object()) return FieldError(words.list, "Not a valid object.");
  JsonObject members = value;
  out.text = MemberText(members, words.text).value_or("");
  out.locale = MemberText(members, "locale").value_or("");
  if (out.text.find_first_not_of(" \t\r\n") == std::string::npos) {
    return words.list == "names" ? FieldError(words.list, "A name may not be blank.")
                                 : ObjectError("Concept description cannot be empty");
  }
  if (out.locale.empty()) return FieldError(words.list, "A locale is required.");
  std::optional<Json> preferred = Member(members, "locale_preferred");
  out.preferred = preferred && IsTrue(*preferred);
  out.type = MemberText(members, words.type);
  out.external_id = MemberText(members, "external_id");
  return "";
}

bool IsType(const Localized& name, std::string_view normalized) {
  return name.type && Normalized(*name.type) == normalized;
}

}  // namespace

std::string ReadLocalized(std::optional<Json> value, LocalizedKind kind,
                          std::vector<Localized>& out) {
  Words words = WordsOf(kind);
  out.clear();
  if (!value || value->is_null()) return "";
  if (!value->is_array()) return FieldError(words.list, "Not a valid list.");
  for (Json item : simdjson::dom::array(*value)) {
    if (out.size() == kLocalizedMax) {
      return ObjectError(fmt::format("max limit {} of {} exceeded", kLocalizedMax, words.list));
    }
    std::string error = ReadOne(item, words, out.emplace_back());
    if (!error.empty()) return error;
  }
  return "";
}

std::string LocalizedJson(const std::vector<Localized>& all, LocalizedKind kind) {
  Words words = WordsOf(kind);
  std::string json = "[";
  for (const Localized& one : all) {
    if (json.size() > 1) json += ", ";
    ObjectWriter object(json);
    // Sorted: "name" follows "locale_preferred", "description" comes first.
    if (kind == LocalizedKind::kDescription) {
      object.Text(words.text, one.text).OptionalText(words.type, one.type);
    }
    object.OptionalText("external_id", one.external_id)
        .Text("locale", one.locale)
        .Bool("locale_preferred", one.preferred);
    if (kind == LocalizedKind::kName) {
      object.Text(words.text, one.text).OptionalText(words.type, one.type);
    }
    object.End();
  }
  json += ']';
  return json;
}

std::vector<Localized> ParseLocalized(std::string_view json, LocalizedKind kind) {
  thread_local simdjson::dom::parser parser;  // its buffers cost more than most names
  simdjson::padded_string padded(json);
  std::vector<Localized> all;
  ReadLocalized(parser.parse(padded).value(), kind, all);
  return all;
}

bool IsFullySpecified(const Localized& name) { return IsType(name, "FULLY_SPECIFIED"); }
bool IsShort(const Localized& name) { return IsType(name, "SHORT"); }
bool IsIndexTerm(const Localized& name) { return IsType(name, "INDEX_TERM"); }

std::string Normalized(std::string_view name_type) {
  std::string normalized;
  for (char c : name_type) {
    bool separates = c == ' ' || c == '-';
    normalized += separates ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return normalized;
}

std::optional<DisplayName> DisplayNameOf(std::string_view names_json) {
  std::vector<Localized> names = ParseLocalized(names_json, LocalizedKind::kName);
  if (names.empty()) return std::nullopt;
  auto best = std::ranges::find(names, true, &Localized::preferred);
  if (best == names.end()) best = names.begin();
  return DisplayName{best->text, best->locale};
}

std::optional<std::string> DisplayTextOf(std::string_view names_json) {
  std::optional<DisplayName> display = DisplayNameOf(names_json);
  return display ? std::optional(display->name) : std::nullopt;
}

}  // namespace sluice::ocl
