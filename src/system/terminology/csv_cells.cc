#include "system/terminology/csv_cells.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/buffer_pool.h"
#include "base/error.h"
#include "record/json_check.h"
#include "system/terminology/ocl_url.h"

namespace sluice::ocl::csv {
namespace {

std::string_view CellAt(Row row, size_t column) {
  return column < row.size() ? row[column] : std::string_view();
}

std::string_view Strip(std::string_view text) {
  size_t first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower;
}

bool IsJson(std::string_view text) {
  std::string padded(text);
  padded.append(Buffer::kPadding, ' ');
  JsonChecker checker;
  return static_cast<bool>(checker.Check({padded.data(), text.size()}));
}

[[noreturn]] void RefuseValue(const TypedCells& member, std::string_view wanted) {
  throw Fault("csv-value",
              fmt::format("the column of '{}' has a value that is not {}", member.name, wanted))
      .Remedy("mend the cell, or take the type out of the column's name; nothing was applied");
}

// As Python's strtobool, which OCL uses.
bool ToBool(const TypedCells& member, std::string_view text) {
  constexpr std::string_view kTrue[] = {"y", "yes", "t", "true", "on", "1"};
  constexpr std::string_view kFalse[] = {"n", "no", "f", "false", "off", "0"};
  std::string lower = Lower(Strip(text));
  if (std::ranges::find(kTrue, lower) != std::end(kTrue)) return true;
  if (std::ranges::find(kFalse, lower) != std::end(kFalse)) return false;
  RefuseValue(member, "a truth value");
}

void CheckNumber(const TypedCells& member, std::string_view text) {
  bool whole = member.type == Type::kInt;
  bool is_number = text.find_first_not_of(whole ? "-0123456789" : "-+.eE0123456789") == text.npos &&
                   IsJson(text);
  if (!is_number) RefuseValue(member, whole ? "a whole number" : "a number");
}

void AppendItem(std::string_view item, std::string& list) {
  if (list.size() > 1) list += ", ";
  AppendQuoted(item, list);
}

// "[a, b]" and "a, b" alike.
void AppendItems(std::string_view text, std::string& list) {
  text = Strip(text);
  if (text.starts_with('[')) text.remove_prefix(1);
  if (text.ends_with(']')) text.remove_suffix(1);
  while (!text.empty()) {
    size_t comma = std::min(text.find(','), text.size());
    AppendItem(Strip(text.substr(0, comma)), list);
    text.remove_prefix(std::min(text.size(), comma + 1));
  }
}

std::string ListOf(const Cells& cells, Row row) {
  std::string list = "[";
  for (size_t column : cells.columns) AppendItems(CellAt(row, column), list);
  return list + "]";
}

std::string RepoUrlOf(const ConceptCells& cells, Row row) {
  std::string_view owner = cells.owner.Of(row);
  std::string_view source = cells.source.Of(row);
  if (owner.empty() || source.empty()) return "";
  std::string_view type = cells.owner_type.Of(row);
  return (type == "User" ? AccountUrl(owner) : OrgUrl(owner)) + "sources/" + std::string(source) +
         "/";
}

// Empty where the row does not say it.
std::string ConceptUrlOf(const ConceptCells& cells, Row row) {
  std::string_view url = cells.url.Of(row);
  if (!url.empty()) return std::string(url);
  std::string_view id = cells.id.Of(row);
  if (id.starts_with('/')) return std::string(id);  // many tables have URLs in the column of ids
  std::string repo = RepoUrlOf(cells, row);
  if (id.empty() || repo.empty()) return "";
  return ItemUrlOf(repo, ItemKind::kConcept, ConceptId(id));
}

}  // namespace

std::string_view Cells::Of(Row row) const {
  for (size_t column : columns) {
    if (std::string_view cell = CellAt(row, column); !cell.empty()) return cell;
  }
  return otherwise;
}

bool Cells::IsEmpty(Row row) const {
  return std::ranges::all_of(columns, [&](size_t at) { return CellAt(row, at).empty(); });
}

void Write(const TypedCells& member, Row row, ObjectWriter& object) {
  std::string_view text = member.cells.Of(row);
  if (text.empty()) return;
  switch (member.type) {
    case Type::kText:
      object.Text(member.name, text);
      return;
    case Type::kBool:
      object.Bool(member.name, ToBool(member, text));
      return;
    case Type::kInt:
    case Type::kFloat:
      text = Strip(text);
      CheckNumber(member, text);
      object.Raw(member.name, text);
      return;
    case Type::kList:
      object.Raw(member.name, ListOf(member.cells, row));
      return;
    case Type::kJson:
      if (IsJson(text)) {
        // A line end between tokens would end the line.
        std::string one_line(text);
        std::ranges::replace_if(
            one_line, [](char c) { return c == '\n' || c == '\r'; }, ' ');
        object.Raw(member.name, one_line);
      } else {
        object.Text(member.name, text);
      }
      return;
  }
}

void WriteIfAny(std::string_view name, std::string_view text, ObjectWriter& object) {
  if (!text.empty()) object.Text(name, text);
}

void WriteEnds(const EndCells& ends, Row row, ObjectWriter& object) {
  WriteIfAny("from_concept_url", ConceptUrlOf(ends.from, row), object);
  if (ends.target.Of(row) != kExternal) {
    WriteIfAny("to_concept_url", ConceptUrlOf(ends.to, row), object);
    return;
  }
  std::string_view source = ends.to_source_url.Of(row);
  WriteIfAny("to_source_url", source.empty() ? RepoUrlOf(ends.to, row) : source, object);
  WriteIfAny("to_concept_code", ends.to.id.Of(row), object);
  WriteIfAny("to_concept_url", ends.to.url.Of(row), object);  // which the rules refuse
}

}  // namespace sluice::ocl::csv
