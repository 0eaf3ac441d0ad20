#include "app/mended_record.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "base/error.h"
#include "record/utf8.h"

namespace sluice {

using Json = nlohmann::ordered_json;

namespace {

Error NotMended(const std::string& file, uint64_t number, const std::string& why) {
  return Fault("usage", fmt::format("{}:{}: not a line of `sluice rejects --format ndjson`: {}",
                                    file, number, why))
      .With(Scope::kRun)
      .Remedy("each line needs the number of its reject, and raw or raw_base64");
}

}  // namespace

std::string RejectJson(const OpenReject& open) {
  const Reject& reject = open.reject;
  Json json = {{"reject", open.id},
               {"object", ToString(open.object)},
               {"line", reject.position.line},
               {"byte_offset", reject.position.byte_offset},
               {"reason", reject.reason},
               {"message", reject.message}};
  auto add = [&](const char* name, const std::string& text) {
    if (!text.empty()) json[name] = text;
  };
  add("sqlstate", reject.sqlstate);
  add("detail", reject.detail);
  add("remedy", reject.remedy);
  add("id", reject.record_id);
  if (IsUtf8(reject.raw)) {
    json["raw"] = reject.raw;
  } else {
    json["raw_base64"] = Base64(reject.raw);
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

MendedRecord ParseMendedRecord(const std::string& line, const std::string& file, uint64_t number) {
  MendedRecord record;
  try {
    Json json = Json::parse(line);
    record.reject = json.at("reject").get<int64_t>();
    if (json.contains("raw")) {
      record.raw = json.at("raw").get<std::string>();
      return record;
    }
    std::optional<std::string> raw = FromBase64(json.at("raw_base64").get<std::string>());
    if (!raw) throw NotMended(file, number, "raw_base64 is not base64");
    record.raw = *raw;
    return record;
  } catch (const Json::exception& e) {
    throw NotMended(file, number, e.what());
  }
}

}  // namespace sluice
