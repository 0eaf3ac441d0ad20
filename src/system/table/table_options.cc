#include "system/table/table_options.h"

#include <nlohmann/json.hpp>

#include "base/error.h"

namespace sluice {

using nlohmann::json;

namespace {

std::string Byte(char c) { return c == Dialect::kNone ? std::string() : std::string(1, c); }
char Byte(const json& text) {
  auto word = text.get<std::string>();
  return word.empty() ? Dialect::kNone : word.front();
}

}  // namespace

std::string ToJson(const TableOptions& o) {
  json schema = json::array();
  for (const ColumnSpec& column : o.schema) schema.push_back({column.name, column.type});
  return json{{"table", o.table},
              {"columns", o.columns},
              {"json", o.json},
              {"kind", o.dialect.kind},
              {"delimiter", Byte(o.dialect.delimiter)},
              {"quote", Byte(o.dialect.quote)},
              {"escape", Byte(o.dialect.escape)},
              {"null", o.dialect.null},
              {"header", o.dialect.header},
              {"encoding", o.encoding},
              {"extra", o.extra},
              {"extra_column", o.extra_column},
              {"key", o.key},
              {"via_server", o.via_server},
              {"region", o.region},
              {"create", o.create},
              {"schema", schema}}
      .dump();
}

TableOptions ParseTableOptions(const std::string& text) try {
  json j = json::parse(text);
  TableOptions o;
  j.at("table").get_to(o.table);
  j.at("columns").get_to(o.columns);
  j.at("json").get_to(o.json);
  j.at("kind").get_to(o.dialect.kind);
  o.dialect.delimiter = Byte(j.at("delimiter"));
  o.dialect.quote = Byte(j.at("quote"));
  o.dialect.escape = Byte(j.at("escape"));
  j.at("null").get_to(o.dialect.null);
  j.at("header").get_to(o.dialect.header);
  j.at("encoding").get_to(o.encoding);
  j.at("extra").get_to(o.extra);
  j.at("extra_column").get_to(o.extra_column);
  j.at("key").get_to(o.key);
  o.via_server = j.value("via_server", false);
  o.region = j.value("region", std::string());
  j.at("create").get_to(o.create);
  for (const json& column : j.at("schema")) {
    o.schema.push_back({column.at(0).get<std::string>(), column.at(1).get<std::string>()});
  }
  return o;
} catch (const json::exception& error) {
  throw Fault("ledger-corrupt", std::string("the table's options cannot be read: ") + error.what())
      .With(Scope::kRun)
      .Remedy("the import was made by another version of sluice: finish it with that one");
}

}  // namespace sluice
