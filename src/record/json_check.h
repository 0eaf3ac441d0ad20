// Is this text JSON that PostgreSQL's jsonb takes whole? One pass over the bytes decides, without
// building anything, so that a 16 MB record costs no memory worth naming; the verdict names the
// first fault and its byte. Stricter than jsonb in one point (duplicate names, of which jsonb
// silently drops all but one) and in none other below kJsonDepthMax: numbers of any size jsonb can
// hold pass. doc/decisions/0005-json-validation.md tells why this is not simdjson's parser, and
// what it costs.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "record/json_fault.h"
#include "record/json_names.h"

namespace sluice {

// Texts up to this size can be checked.
inline constexpr size_t kJsonBytesMax = size_t{1} << 30;

// A member of the outermost object, asked for by name. The answer's views and pointers go into the
// text.
struct JsonField {
  std::string_view name;  // the question, unescaped

  std::string_view text{};             // from the quote before the name to the end of the value
  std::string_view value{};            // as it stands
  const char* previous_end = nullptr;  // of the member before; null if there is none
  const char* next_begin = nullptr;    // of the member behind; null if there is none

  bool found() const { return !text.empty(); }
};

struct JsonVerdict {
  JsonFault fault = JsonFault::kNone;
  size_t at = 0;  // byte of the text where the fault is, or begins

  explicit operator bool() const { return fault == JsonFault::kNone; }
};

// Checks one text after the other and keeps its working memory between them.
class JsonChecker {
 public:
  // Answers `fields` if the text is an object; of a faulty one, those that end before the fault.
  // REQUIRES: text.size() <= kJsonBytesMax; Buffer::kPadding bytes after `text` are readable
  JsonVerdict Check(std::string_view text, std::span<JsonField> fields = {});

 private:
  class Walk;
  struct Level {
    bool object;
    JsonNames::Object names;
  };
  std::vector<Level> levels_;  // the containers around the place where the walk is
  JsonNames names_;
};

}  // namespace sluice
