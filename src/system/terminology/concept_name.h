// A concept's names and descriptions: read from a line or from the store, written canonically.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "system/terminology/json_text.h"

namespace sluice::ocl {

// A name or a description; `type` is its name_type or description_type.
struct Localized {
  std::string text;
  std::string locale;
  bool preferred = false;
  std::optional<std::string> type;
  std::optional<std::string> external_id;
};

inline constexpr size_t kLocalizedMax = 500;  // of each, in one concept; OCL's own limit

enum class LocalizedKind { kName, kDescription };

// `value` null counts as empty. Returns the error body; empty if all is well.
std::string ReadLocalized(std::optional<Json> value, LocalizedKind kind,
                          std::vector<Localized>& out);
// A JSON array with sorted member names.
std::string LocalizedJson(const std::vector<Localized>& all, LocalizedKind kind);
// What LocalizedJson wrote.
std::vector<Localized> ParseLocalized(std::string_view json, LocalizedKind kind);

// "Fully Specified", "FULLY_SPECIFIED" and "fully-specified" are one.
bool IsFullySpecified(const Localized& name);
bool IsShort(const Localized& name);
bool IsIndexTerm(const Localized& name);
// A name type in one spelling: FULLY_SPECIFIED.
std::string Normalized(std::string_view name_type);

// The preferred name, else the first.
struct DisplayName {
  std::string name;
  std::string locale;
};
std::optional<DisplayName> DisplayNameOf(std::string_view names_json);
std::optional<std::string> DisplayTextOf(std::string_view names_json);  // its name alone

}  // namespace sluice::ocl
