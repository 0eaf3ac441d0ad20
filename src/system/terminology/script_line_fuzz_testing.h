// What must hold for any bytes read as a line of a script; used by the fuzz target and by the
// replay of its seeds.
#pragma once

#include <string>
#include <string_view>

#include "base/buffer_pool.h"
#include "base/check.h"
#include "record/utf8.h"
#include "system/terminology/script_line.h"
#include "system/terminology/step.h"

namespace sluice::ocl {

inline void FuzzScriptLine(std::string_view input) {
  if (input.size() > 1 << 20) return;
  std::string padded = std::string(input) + std::string(Buffer::kPadding, '"');
  std::string_view bytes(padded.data(), input.size());
  LineReader reader;
  ScriptLine line = reader.Read(7, bytes);
  CHECK(line.number == 7 && line.bytes == bytes);
  // What is shown of it goes into text columns.
  std::string shown = Shown(bytes);
  CHECK(Utf8FaultAt(shown) == shown.size() && shown.find('\0') == std::string::npos);
  std::string fault = Shown(line.fault);
  CHECK(Utf8FaultAt(fault) == fault.size());
  if (!line.fault.empty()) return;
  CHECK(line.is_typed);
  bool top = line.type == LineType::kUser || line.type == LineType::kOrganization;
  CHECK(top == line.owner_url.empty() && top == line.repo_url.empty());
  CHECK(top || (ParseOwnerUrl(line.owner_url) && ParseRepoUrl(line.repo_url)));
  std::string payload = Payload(line, reader.Members(line));
  CHECK(payload.starts_with('{') && payload.ends_with('}'));
  CHECK(Utf8FaultAt(payload) == payload.size());
}

}  // namespace sluice::ocl
