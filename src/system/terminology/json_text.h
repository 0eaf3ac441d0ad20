// JSON as this system reads and writes it: values of a script line as text, and bodies of answers.
// Written with ", " and ": " as OCL's own results are.
#pragma once

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>

namespace sluice::ocl {

using Json = simdjson::dom::element;
using JsonObject = simdjson::dom::object;

// Appends `text` as a JSON string, quotes included. REQUIRES: UTF-8
void AppendQuoted(std::string_view text, std::string& out);
std::string Quoted(std::string_view text);

// In the order of the source.
void AppendJson(Json value, std::string& out);
// With sorted names, so that equal values have equal texts.
void AppendCanonicalJson(Json value, std::string& out);

// The member, if it is there (null included).
std::optional<Json> Member(JsonObject object, std::string_view name);
// A scalar as text (numbers and truth values as written in JSON); nothing for null, arrays,
// objects and absent members.
std::optional<std::string> ScalarText(Json value);
std::optional<std::string> MemberText(JsonObject object, std::string_view name);
// What OCL takes for true: true, "true", "True", "TRUE".
bool IsTrue(Json value);

// Writes one JSON object, member by member.
class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& out) : out_(out) { out_ += '{'; }
  ObjectWriter& Text(std::string_view name, std::string_view value);
  ObjectWriter& OptionalText(std::string_view name, const std::optional<std::string>& value);
  // `json` is written as it is.
  ObjectWriter& Raw(std::string_view name, std::string_view json);
  ObjectWriter& Bool(std::string_view name, bool value);
  void End() { out_ += '}'; }

 private:
  void Name(std::string_view name);
  std::string& out_;
  bool first_ = true;
};

}  // namespace sluice::ocl
