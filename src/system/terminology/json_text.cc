#include "system/terminology/json_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace sluice::ocl {
namespace {

void AppendDouble(double value, std::string& out) {
  std::string text = fmt::format("{}", value);
  out += text;
  // So that it reads back as the same kind of number.
  if (text.find_first_of(".en") == std::string::npos) out += ".0";
}

using Members = std::vector<std::pair<std::string_view, Json>>;

void Append(Json value, bool sorted, std::string& out) {
  switch (value.type()) {
    case simdjson::dom::element_type::OBJECT: {
      Members members;
      for (auto member : JsonObject(value)) members.emplace_back(member.key, member.value);
      if (sorted) {
        std::ranges::sort(members, {}, [](const auto& member) { return member.first; });
      }
      out += '{';
      for (size_t i = 0; i < members.size(); ++i) {
        if (i != 0) out += ", ";
        AppendQuoted(members[i].first, out);
        out += ": ";
        Append(members[i].second, sorted, out);
      }
      out += '}';
      return;
    }
    case simdjson::dom::element_type::ARRAY: {
      out += '[';
      bool first = true;
      for (Json item : simdjson::dom::array(value)) {
        if (!first) out += ", ";
        first = false;
        Append(item, sorted, out);
      }
      out += ']';
      return;
    }
    case simdjson::dom::element_type::STRING:
      return AppendQuoted(std::string_view(value), out);
    case simdjson::dom::element_type::INT64:
      out += std::to_string(int64_t(value));
      return;
    case simdjson::dom::element_type::UINT64:
      out += std::to_string(uint64_t(value));
      return;
    case simdjson::dom::element_type::DOUBLE:
      return AppendDouble(double(value), out);
    case simdjson::dom::element_type::BOOL:
      out += bool(value) ? "true" : "false";
      return;
    case simdjson::dom::element_type::NULL_VALUE:
      out += "null";
      return;
  }
}

}  // namespace

void AppendQuoted(std::string_view text, std::string& out) {
  out += '"';
  size_t plain = 0;  // start of what is copied as it is
  for (size_t i = 0; i < text.size(); ++i) {
    auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, plain, i - plain);
    plain = i + 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += fmt::format("\\u{:04x}", c);
    }
  }
  out.append(text, plain);
  out += '"';
}

std::string Quoted(std::string_view text) {
  std::string out;
  AppendQuoted(text, out);
  return out;
}

void AppendJson(Json value, std::string& out) { Append(value, false, out); }
void AppendCanonicalJson(Json value, std::string& out) { Append(value, true, out); }

std::optional<Json> Member(JsonObject object, std::string_view name) {
  Json value;
  if (object.at_key(name).get(value) != simdjson::SUCCESS) return std::nullopt;
  return value;
}

std::optional<std::string> ScalarText(Json value) {
  if (value.is_string()) return std::string(std::string_view(value));
  if (value.is_null() || value.is_array() || value.is_object()) return std::nullopt;
  std::string text;
  AppendJson(value, text);
  return text;
}

std::optional<std::string> MemberText(JsonObject object, std::string_view name) {
  std::optional<Json> value = Member(object, name);
  return value ? ScalarText(*value) : std::nullopt;
}

bool IsTrue(Json value) {
  if (value.is_bool()) return bool(value);
  if (!value.is_string()) return false;
  std::string_view text = value;
  return text == "true" || text == "True" || text == "TRUE";
}

void ObjectWriter::Name(std::string_view name) {
  if (!first_) out_ += ", ";
  first_ = false;
  AppendQuoted(name, out_);
  out_ += ": ";
}

ObjectWriter& ObjectWriter::Text(std::string_view name, std::string_view value) {
  Name(name);
  AppendQuoted(value, out_);
  return *this;
}

ObjectWriter& ObjectWriter::OptionalText(std::string_view name,
                                         const std::optional<std::string>& value) {
  return value ? Text(name, *value) : Raw(name, "null");
}

ObjectWriter& ObjectWriter::Raw(std::string_view name, std::string_view json) {
  Name(name);
  out_ += json;
  return *this;
}

ObjectWriter& ObjectWriter::Bool(std::string_view name, bool value) {
  return Raw(name, value ? "true" : "false");
}

}  // namespace sluice::ocl
