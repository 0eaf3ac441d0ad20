// What must hold for any bytes given to the FHIR mapper as a record; used by the fuzz target and by
// the replay of its seeds. simdjson's DOM parser, an implementation by others, is the judge of what
// is JSON.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <simdjson.h>

#include "base/buffer_pool.h"
#include "base/check.h"
#include "record/json_check.h"
#include "system/fhir/fhir_mapper.h"

namespace sluice {

inline simdjson::error_code DomVerdict(std::string_view text) {
  static simdjson::dom::parser parser;
  CHECK(parser.allocate(1 << 20, 10 * kJsonDepthMax) == simdjson::SUCCESS);
  return parser.parse(simdjson::padded_string(text)).error();
}

// The jsonb of a tuple whose fields before it have the sizes of MapOne's.
inline std::string_view JsonbOf(std::string_view tuple) {
  auto length = [tuple](size_t at) {
    size_t value = 0;
    for (size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<uint8_t>(tuple[at + i]);
    return value;
  };
  size_t at = 2;
  for (int field = 0; field < 5; ++field) at += 4 + length(at);
  CHECK(at + 4 + length(at) == tuple.size() && tuple[at + 4] == 1);
  return tuple.substr(at + 5);
}

inline void FuzzFhirMapper(std::string_view input) {
  if (input.size() > 1 << 20) return;
  std::string padded = std::string(input) + std::string(Buffer::kPadding, '"');
  std::string_view text(padded.data(), input.size());
  RecordBlock block;
  block.records.push_back({text, {1, 0}});
  Rows all;
  RowBatch& rows = all.table(0);
  std::vector<Reject> rejects;
  auto mapper = NewFhirMapper("Patient", 1, 0);
  mapper->Map(block, all, rejects);
  CHECK(rows.rows() + rejects.size() == 1);
  auto dom = DomVerdict(text);
  if (rejects.size() == 1) {
    const std::string& reason = rejects[0].reason;
    bool no_json = reason == "json-syntax" || reason == "json-trailing" || reason == "json-utf8" ||
                   reason == "json-control";
    CHECK(dom != simdjson::SUCCESS || !no_json);
    bool json = !reason.starts_with("json-");
    CHECK(dom == simdjson::SUCCESS || dom == simdjson::NUMBER_ERROR || !json);
    return;
  }
  CHECK(dom == simdjson::SUCCESS || dom == simdjson::NUMBER_ERROR);
  // What is left is a sound object without what was taken out.
  std::string jsonb(JsonbOf(rows.bytes));
  size_t size = jsonb.size();
  jsonb.append(Buffer::kPadding, '"');
  JsonChecker checker;
  JsonField outer[] = {{"id"}, {"resourceType"}, {"meta"}};
  CHECK(static_cast<bool>(checker.Check({jsonb.data(), size}, outer)));
  CHECK(!outer[0].found() && !outer[1].found());
  if (!outer[2].found()) return;
  JsonField inner[] = {{"versionId"}, {"lastUpdated"}};
  CHECK(static_cast<bool>(checker.Check(outer[2].value, inner)));
  CHECK(!inner[0].found() && !inner[1].found());
}

}  // namespace sluice
