#include "app/server/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/error.h"
#include "record/utf8.h"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kDepthMax = 64;
constexpr size_t kNodesMax = 100'000;  // with every alias resolved

constexpr std::array<std::string_view, 4> kYamlTypes = {"text/yaml", "application/yaml",
                                                        "application/x-yaml", "text/x-yaml"};

Error Invalid(const YAML::Mark& mark, const std::string& why) {
  std::string place = mark.is_null() ? "" : fmt::format("line {}: ", mark.line + 1);
  return Fault("yaml-invalid", "the body cannot be read as YAML: " + place + why)
      .With(Scope::kRun)
      .Remedy("send one YAML document, or JSON with Content-Type: application/json");
}

std::optional<Json> AsNumber(std::string_view word) {
  bool starts = !word.empty() && (word[0] == '-' || (word[0] >= '0' && word[0] <= '9'));
  if (!starts) return std::nullopt;
  Json number = Json::parse(word, nullptr, /*allow_exceptions=*/false);
  return number.is_number() ? std::optional(number) : std::nullopt;
}

// What a word that is neither quoted nor tagged means.
Json Resolve(const std::string& word) {
  for (std::string_view null : {"", "~", "null", "Null", "NULL"}) {
    if (word == null) return nullptr;
  }
  for (std::string_view yes : {"true", "True", "TRUE"}) {
    if (word == yes) return true;
  }
  for (std::string_view no : {"false", "False", "FALSE"}) {
    if (word == no) return false;
  }
  return AsNumber(word).value_or(word);
}

class Reader {
 public:
  Json Read(const YAML::Node& node, int depth) {
    if (depth > kDepthMax) throw Invalid(node.Mark(), "nested too deep");
    if (++nodes_ > kNodesMax) throw Invalid(node.Mark(), "more than this door takes");
    switch (node.Type()) {
      case YAML::NodeType::Undefined:
      case YAML::NodeType::Null:
        return nullptr;
      case YAML::NodeType::Scalar:
        return ReadScalar(node);
      case YAML::NodeType::Sequence:
        return ReadSequence(node, depth);
      case YAML::NodeType::Map:
        return ReadMap(node, depth);
    }
    return nullptr;
  }

 private:
  static Json ReadScalar(const YAML::Node& node) {
    const std::string& tag = node.Tag();
    if (tag.empty() || tag == "?") return Resolve(node.Scalar());
    if (tag == "!" || tag == "tag:yaml.org,2002:str") return node.Scalar();
    throw Invalid(node.Mark(), "tags are not read");
  }

  Json ReadSequence(const YAML::Node& node, int depth) {
    Json items = Json::array();
    for (const YAML::Node& item : node) items.push_back(Read(item, depth + 1));
    return items;
  }

  Json ReadMap(const YAML::Node& node, int depth) {
    Json object = Json::object();
    for (const auto& entry : node) {
      if (!entry.first.IsScalar()) throw Invalid(node.Mark(), "a key must be a word");
      const std::string& key = entry.first.Scalar();
      if (object.contains(key)) throw Invalid(entry.first.Mark(), "a key stands there twice");
      object[key] = Read(entry.second, depth + 1);
    }
    return object;
  }

  size_t nodes_ = 0;
};

// Words that another reader of YAML (1.1 is widespread) may take for something else are quoted.
bool IsPlain(std::string_view text) {
  auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (text.empty() || !(is_letter(text[0]) || is_digit(text[0]))) return false;
  if (text.back() == ' ' || text.back() == ':') return false;
  bool has_space = text.find(' ') != std::string_view::npos;
  if (is_digit(text[0]) && !has_space) return false;
  if (text.find(": ") != std::string_view::npos || text.find(" #") != std::string_view::npos) {
    return false;
  }
  for (std::string_view word : {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}) {
    bool same = std::ranges::equal(
        text, word, [](unsigned char a, unsigned char b) { return std::tolower(a) == b; });
    if (same) return false;
  }
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

// Control characters beyond ASCII's first, line breaks other than LF, and the byte order mark, as
// escapes that JSON and YAML share.
std::string Escaped(const std::string& json) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kEscapes = {
      {{"\x7f", "\\u007f"}, {"\u2028", "\\u2028"}, {"\u2029", "\\u2029"}, {"\ufeff", "\\ufeff"}}};
  std::string text;
  for (size_t at = 0; at < json.size();) {
    std::string_view rest = std::string_view(json).substr(at);
    auto found = std::ranges::find_if(
        kEscapes, [&](const auto& escape) { return rest.starts_with(escape.first); });
    bool is_c1 = rest.size() > 1 && rest[0] == '\xc2' && static_cast<uint8_t>(rest[1]) < 0xa0;
    if (found != kEscapes.end()) {
      text += found->second;
      at += found->first.size();
    } else if (is_c1) {
      text += fmt::format("\\u{:04x}", static_cast<uint8_t>(rest[1]));
      at += 2;
    } else {
      text += json[at++];
    }
  }
  return text;
}

std::string ScalarText(const Json& value) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (IsPlain(text)) return text;
  }
  // JSON's scalars are YAML's, but for what YAML takes for a line break or does not print.
  return Escaped(value.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace));
}

// YAML knows a longer key by a sign of its own only (YAML 1.2.2, 7.4.2: 1024 characters).
constexpr size_t kImplicitKeyMax = 1000;

bool IsBlock(const Json& value) { return value.is_structured() && !value.empty(); }

// Writes an object or array that is not empty, each line but the first behind `indent` spaces.
void WriteBlock(const Json& value, size_t indent, std::string& to) {
  bool first = true;
  auto begin_line = [&] {
    if (!first) to.append(indent, ' ');
    first = false;
  };
  if (value.is_array()) {
    for (const Json& item : value) {
      begin_line();
      to += "- ";
      if (IsBlock(item)) {
        WriteBlock(item, indent + 2, to);
      } else {
        to += ScalarText(item) + "\n";
      }
    }
    return;
  }
  for (const auto& [key, item] : value.items()) {
    begin_line();
    std::string name = ScalarText(key);
    if (name.size() > kImplicitKeyMax) name = "? " + name + "\n" + std::string(indent, ' ');
    to += name + ":";
    if (IsBlock(item)) {
      to += "\n" + std::string(indent + 2, ' ');
      WriteBlock(item, indent + 2, to);
    } else {
      to += " " + ScalarText(item) + "\n";
    }
  }
}

// "text/yaml; charset=utf-8" -> "text/yaml"
std::string MediaType(std::string_view text) {
  std::string type(text.substr(0, text.find(';')));
  std::erase_if(type, [](char c) { return c == ' ' || c == '\t'; });
  std::ranges::transform(type, type.begin(), [](unsigned char c) { return std::tolower(c); });
  return type;
}

bool IsYaml(std::string_view media_type) {
  return std::ranges::find(kYamlTypes, media_type) != kYamlTypes.end();
}

double QualityOf(std::string_view range) {
  size_t at = range.find("q=");
  if (at == std::string_view::npos) return 1;
  double quality = 0;
  std::from_chars(range.data() + at + 2, range.data() + range.size(), quality);
  return quality;
}

// Whether Accept likes YAML more than JSON; the first of equals wins.
bool PrefersYaml(std::string_view accept) {
  double best = 0;
  bool yaml = false;
  while (!accept.empty()) {
    size_t comma = accept.find(',');
    std::string_view range = accept.substr(0, comma);
    double quality = QualityOf(range);
    if (quality > best) {
      best = quality;
      yaml = IsYaml(MediaType(range));
    }
    accept.remove_prefix(comma == std::string_view::npos ? accept.size() : comma + 1);
  }
  return yaml;
}

http::RouteContext InJson(const http::RouteContext& context) {
  http::RouteContext copy = context;
  if (!IsYaml(MediaType(context.header("content-type").value_or("")))) return copy;
  Json body = FromYaml(context.body);
  try {
    copy.body = body.dump();
  } catch (const Json::exception&) {
    throw Invalid(YAML::Mark::null_mark(), "it is not UTF-8");
  }
  return copy;
}

http::Reply InYaml(http::Reply reply) {
  Json body = Json::parse(reply.body, nullptr, /*allow_exceptions=*/false);
  if (reply.stream || body.is_discarded()) return reply;
  reply.body = ToYaml(body);
  reply.content_type = "text/yaml";
  return reply;
}

http::Reply Unreadable(const Error& error) {
  http::Reply reply;
  reply.status = 400;
  reply.body = Json{{"error", {{"message", error.message()}, {"code", error.code()}}}}.dump(
      -1, ' ', false, Json::error_handler_t::replace);
  return reply;
}

}  // namespace

Json FromYaml(const std::string& text) {
  // The library would take it for UTF-16 or UTF-32, and make characters of it that are none.
  if (!IsUtf8(text) || text.find('\0') != std::string::npos) {
    throw Invalid(YAML::Mark::null_mark(), "it is not UTF-8");
  }
  try {
    return Reader().Read(YAML::Load(text), 0);
  } catch (const YAML::Exception& error) {
    throw Invalid(error.mark, error.msg);
  }
}

std::string ToYaml(const Json& value) {
  if (!IsBlock(value)) return ScalarText(value) + "\n";
  std::string text;
  WriteBlock(value, 0, text);
  return text;
}

http::Route WithYaml(http::Route route) {
  route.content_types.insert(route.content_types.end(), kYamlTypes.begin(), kYamlTypes.end());
  route.handle = [handle = route.handle](const http::RouteContext& context) {
    http::Reply reply;
    try {
      reply = handle(InJson(context));
    } catch (const Error& error) {
      if (error.code() != "yaml-invalid") throw;
      reply = Unreadable(error);
    }
    return PrefersYaml(context.header("accept").value_or("")) ? InYaml(std::move(reply))
                                                              : std::move(reply);
  };
  if (!route.changes) return route;
  route.changes = [changes = route.changes](const http::RouteContext& context) {
    try {
      return changes(InJson(context));
    } catch (const Error&) {
      return false;
    }
  };
  return route;
}

}  // namespace sluice
