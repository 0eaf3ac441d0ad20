#include "system/table/unload_manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "system/table/lenient_json.h"

namespace sluice {
namespace {

using nlohmann::json;

[[noreturn]] void Refuse(const std::string& why) {
  throw Fault("manifest-invalid", "the manifest " + why)
      .With(Scope::kRun)
      .Remedy("check that the object is a manifest that UNLOAD wrote");
}

std::optional<uint64_t> Number(const json& object, const char* name) {
  auto found = object.find(name);
  if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
  return found->get<uint64_t>();
}

UnloadManifest::Entry ParseEntry(const json& j) {
  if (!j.is_object() || !j.contains("url") || !j["url"].is_string()) {
    Refuse("has an entry without a url");
  }
  auto url = j["url"].get<std::string>();
  constexpr std::string_view kScheme = "s3://";
  size_t slash = url.find('/', kScheme.size());
  if (!url.starts_with(kScheme) || slash == url.npos || slash + 1 == url.size()) {
    Refuse("has an entry whose url is not s3://bucket/key");
  }
  UnloadManifest::Entry entry;
  entry.bucket = url.substr(kScheme.size(), slash - kScheme.size());
  entry.key = url.substr(slash + 1);
  entry.mandatory = j.value("mandatory", false);
  // VERBOSE puts the counts beside the url or into "meta"; both were seen in the documentation.
  json meta = j.contains("meta") && j["meta"].is_object() ? j["meta"] : json::object();
  for (const json& place : {meta, j}) {
    if (!entry.content_length) entry.content_length = Number(place, "content_length");
    if (!entry.record_count) entry.record_count = Number(place, "record_count");
  }
  return entry;
}

// Redshift's base types and what they are in PostgreSQL; text where there is nothing closer.
// Nothing else of a manifest becomes SQL.
struct BaseType {
  std::string_view base;
  std::string_view type;
  size_t dimensions = 0;
};
constexpr std::array kBaseTypes = std::to_array<BaseType>({
    {"smallint", "smallint"},
    {"integer", "integer"},
    {"bigint", "bigint"},
    {"real", "real"},
    {"double precision", "double precision"},
    {"numeric", "numeric", 2},
    {"boolean", "boolean"},
    {"character", "character", 1},
    {"character varying", "character varying", 1},
    {"text", "text"},
    {"date", "date"},
    {"time without time zone", "time without time zone"},
    {"time with time zone", "time with time zone"},
    {"timestamp without time zone", "timestamp without time zone"},
    {"timestamp with time zone", "timestamp with time zone"},
    {"interval", "interval"},
    {"uuid", "uuid"},
    {"bytea", "bytea"},
    {"json", "json"},
    {"jsonb", "jsonb"},
    {"super", "jsonb"},
});

// The names of the dimensions are not documented: every number in the type is one, in order.
std::vector<uint64_t> Dimensions(const json& type) {
  std::vector<uint64_t> dimensions;
  for (const auto& [name, value] : type.items()) {
    if (value.is_number_unsigned()) dimensions.push_back(value.get<uint64_t>());
    if (!value.is_array()) continue;
    for (const json& item : value) {
      if (item.is_number_unsigned()) dimensions.push_back(item.get<uint64_t>());
    }
  }
  // nlohmann orders names: "precision" comes before "scale", as is wanted.
  return dimensions;
}

std::string SqlType(const json& type) {
  if (!type.is_object() || !type.contains("base") || !type["base"].is_string()) return "text";
  const std::string base = type["base"].get<std::string>();
  auto known = std::ranges::find(kBaseTypes, base, &BaseType::base);
  if (known == kBaseTypes.end()) return "text";
  std::vector<uint64_t> dimensions = Dimensions(type);
  dimensions.resize(std::min(dimensions.size(), known->dimensions));
  constexpr uint64_t kDimensionMax = 65535;
  bool sound = std::ranges::all_of(dimensions, [](uint64_t n) { return n <= kDimensionMax; });
  if (dimensions.empty() || !sound) return std::string(known->type);
  return fmt::format("{}({})", known->type, fmt::join(dimensions, ","));
}

std::vector<ColumnSpec> ParseSchema(const json& j) {
  std::vector<ColumnSpec> columns;
  if (!j.contains("schema") || !j["schema"].is_object()) return columns;
  const json elements = j["schema"].value("elements", json::array());
  for (const json& element : elements) {
    if (!element.is_object() || !element.contains("name") || !element["name"].is_string()) {
      Refuse("has a schema element without a name");
    }
    columns.push_back({element["name"].get<std::string>(),
                       element.contains("type") ? SqlType(element["type"]) : "text"});
  }
  return columns;
}

char Byte(const json& j, const char* name) {
  std::string text = j.value(name, std::string());
  return text.empty() ? Dialect::kNone : text.front();
}

std::optional<Dialect> ParseDialect(const json& j) {
  if (!j.contains("sluice") || !j["sluice"].is_object()) return std::nullopt;
  const json& own = j["sluice"];
  Dialect dialect;
  const std::string kind = own.value("format", std::string());
  if (kind == "csv") {
    dialect = Dialect::Csv();
  } else if (kind == "unload") {
    dialect = Dialect::Unload();
  } else if (kind != "text") {
    return std::nullopt;
  }
  dialect.delimiter = Byte(own, "delimiter");
  dialect.quote = Byte(own, "quote");
  dialect.escape = Byte(own, "escape");
  dialect.null = own.value("null", std::string());
  dialect.header = own.value("header", false);
  CheckDialect(dialect);
  return dialect;
}

json DialectJson(const Dialect& dialect) {
  auto byte = [](char c) { return c == Dialect::kNone ? std::string() : std::string(1, c); };
  return {{"format", ToString(dialect.kind)},
          {"delimiter", byte(dialect.delimiter)},
          {"quote", byte(dialect.quote)},
          {"escape", byte(dialect.escape)},
          {"null", dialect.null},
          {"header", dialect.header}};
}

// "numeric(12,2)" as {"base": "numeric", "precision": 12, "scale": 2}.
json TypeJson(const std::string& type) {
  size_t open = type.find('(');
  if (open == type.npos) return {{"base", type}};
  size_t close = type.find(')', open);
  std::string base = type.substr(0, open) + (close == type.npos ? "" : type.substr(close + 1));
  json j = {{"base", base}};
  std::string numbers = type.substr(open + 1, close - open - 1);
  size_t comma = numbers.find(',');
  if (comma == numbers.npos) {
    j["length"] = std::stoul(numbers);
  } else {
    j["precision"] = std::stoul(numbers.substr(0, comma));
    j["scale"] = std::stoul(numbers.substr(comma + 1));
  }
  return j;
}

}  // namespace

UnloadManifest ParseUnloadManifest(std::string_view text) {
  json j = ParseLenientJson(text);
  if (!j.is_object() || !j.contains("entries") || !j["entries"].is_array()) {
    Refuse("has no list of entries");
  }
  UnloadManifest manifest;
  for (const json& entry : j["entries"]) manifest.entries.push_back(ParseEntry(entry));
  manifest.schema = ParseSchema(j);
  manifest.dialect = ParseDialect(j);
  if (j.contains("sluice") && j["sluice"].is_object()) {
    manifest.extract = j["sluice"].value("extract", std::string());
  }
  return manifest;
}

std::string ToJson(const UnloadManifest& manifest) {
  nlohmann::ordered_json entries = nlohmann::ordered_json::array();
  uint64_t bytes = 0, records = 0;
  for (const UnloadManifest::Entry& entry : manifest.entries) {
    nlohmann::ordered_json j = {{"url", "s3://" + entry.bucket + "/" + entry.key}};
    if (entry.mandatory) j["mandatory"] = true;
    if (entry.content_length) j["meta"]["content_length"] = *entry.content_length;
    if (entry.record_count) j["meta"]["record_count"] = *entry.record_count;
    bytes += entry.content_length.value_or(0);
    records += entry.record_count.value_or(0);
    entries.push_back(std::move(j));
  }
  nlohmann::ordered_json elements = nlohmann::ordered_json::array();
  for (const ColumnSpec& column : manifest.schema) {
    elements.push_back({{"name", column.name}, {"type", TypeJson(column.type)}});
  }
  nlohmann::ordered_json j = {{"entries", entries}};
  if (!elements.empty()) j["schema"] = {{"elements", elements}};
  j["meta"] = {{"content_length", bytes}, {"record_count", records}};
  j["author"] = {{"name", "sluice"}, {"version", "1.0.0"}};
  if (manifest.dialect) j["sluice"] = DialectJson(*manifest.dialect);
  if (!manifest.extract.empty()) j["sluice"]["extract"] = manifest.extract;
  return j.dump(2) + "\n";
}

bool IsManifestName(std::string_view key) {
  return key.ends_with("manifest") || key.ends_with("manifest.json");
}

}  // namespace sluice
