#include "app/transfer_mapping.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <chrono>
#include <ctime>
#include <fstream>
#include <set>
#include <sstream>

#include "base/error.h"

namespace sluice {
namespace {

namespace fs = std::filesystem;

class MappingReader {
 public:
  MappingReader(const fs::path& file, const std::string& date) : file_(file), date_(date) {}

  TransferMapping Read(const YAML::Node& root) {
    if (!root.IsMap()) Refuse(root, "a mapping has from, load and tables");
    TransferMapping mapping;
    std::string load;
    YAML::Node tables;
    for (const auto& entry : root) {
      std::string key = Word(entry.first);
      if (key == "from") {
        mapping.from = Word(entry.second);
      } else if (key == "load") {
        load = Load(entry.second);
      } else if (key == "tables") {
        tables = entry.second;
      } else {
        Refuse(entry.first, "unknown key " + key + "; known are from, load and tables");
      }
    }
    if (!tables.IsDefined() || !tables.IsSequence() || tables.size() == 0) {
      Refuse(root, "tables must be a list of {table, query or source, path}");
    }
    for (const YAML::Node& node : tables) mapping.tables.push_back(Table(node, load));
    return mapping;
  }

 private:
  [[noreturn]] void Refuse(const YAML::Node& node, const std::string& why) const {
    std::string place = file_.string();
    if (!node.Mark().is_null()) place += fmt::format(":{}", node.Mark().line + 1);
    throw Fault("mapping-invalid", place + ": " + why)
        .With(Scope::kRun)
        .Remedy("doc/reference/transfer.md shows a mapping");
  }

  std::string Word(const YAML::Node& node) const {
    if (!node.IsScalar() || node.Scalar().empty()) Refuse(node, "a single value belongs here");
    return node.Scalar();
  }

  std::string Load(const YAML::Node& node) const {
    std::string word = Word(node);
    for (const char* known : {"append", "truncate", "replace", "swap", "upsert"}) {
      if (word == known) return word;
    }
    Refuse(node, "load is append, truncate, replace, swap or upsert, not " + word);
  }

  TransferTable Table(const YAML::Node& node, const std::string& load) {
    if (!node.IsMap()) Refuse(node, "a table is {table, query or source, path}");
    TransferTable table;
    table.load = load;
    for (const auto& entry : node) Take(entry.first, entry.second, table);
    if (table.table.empty() || table.path.empty()) Refuse(node, "table and path must be said");
    if (!table.source.empty() && !table.query.empty()) {
      Refuse(node, "source and query cannot both be said");
    }
    if (table.source.empty() && table.query.empty()) table.source = table.table;
    if (table.load.empty()) {
      Refuse(node, "what happens to the rows that " + table.table +
                       " holds must be said: load: append, truncate, replace, swap or upsert");
    }
    if (!table.key.empty() && table.load != "upsert") Refuse(node, "key is for load: upsert");
    if (!tables_.insert(table.table).second) Refuse(node, table.table + " stands there already");
    if (!paths_.insert(table.path).second) Refuse(node, table.path + " stands there already");
    return table;
  }

  void Take(const YAML::Node& name, const YAML::Node& value, TransferTable& table) const {
    const std::string key = Word(name);
    if (key == "table") {
      table.table = Word(value);
    } else if (key == "source") {
      table.source = Word(value);
    } else if (key == "query") {
      table.query = Word(value);
    } else if (key == "path") {
      table.path = Dated(value);
    } else if (key == "load") {
      table.load = Load(value);
    } else if (key == "key") {
      table.key = Word(value);
    } else if (key == "create") {
      table.create = value.as<bool>(false);
      if (Word(value) != "true" && Word(value) != "false") Refuse(value, "create is true or false");
    } else {
      Refuse(name,
             "unknown key " + key + "; known are table, source, query, path, load, key and create");
    }
  }

  std::string Dated(const YAML::Node& node) const {
    std::string path = Word(node);
    for (const auto& [name, value] :
         {std::pair<std::string, std::string>{"{YYYY}", date_.substr(0, 4)},
          {"{MM}", date_.substr(5, 2)},
          {"{DD}", date_.substr(8, 2)}}) {
      for (size_t at = path.find(name); at != path.npos; at = path.find(name, at)) {
        path.replace(at, name.size(), value);
      }
    }
    if (path.find_first_of("{}") != path.npos) {
      Refuse(node, "a path's placeholders are {YYYY}, {MM} and {DD}");
    }
    return path;
  }

  const fs::path file_;
  const std::string date_;
  std::set<std::string> tables_, paths_;
};

}  // namespace

TransferMapping ReadMapping(const fs::path& file, const std::string& date) {
  std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream || fs::is_directory(file)) {
    throw Fault("mapping-unreadable", "cannot read the mapping " + file.string())
        .With(Scope::kRun)
        .Remedy("check its path and rights");
  }
  try {
    return MappingReader(file, date).Read(YAML::Load(text.str()));
  } catch (const YAML::Exception& error) {
    throw Fault("mapping-invalid",
                fmt::format("{}:{}: {}", file.string(), error.mark.line + 1, error.msg))
        .With(Scope::kRun)
        .Remedy("a mapping is YAML; doc/reference/transfer.md shows one");
  }
}

std::string Today() {
  std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm utc{};
  gmtime_r(&now, &utc);
  return fmt::format("{:04}-{:02}-{:02}", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday);
}

}  // namespace sluice
