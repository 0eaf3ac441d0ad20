#include "app/call_view.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/text.h"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

Json Optional(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

}  // namespace

std::string CallJson(const CallRow& call) {
  Json fields = {{"call", call.id.value},
                 {"import", call.import.value},
                 {"object", ToString(call.object)},
                 {"bucket", call.object.bucket},
                 {"key", call.object.key},
                 {"version", Optional(call.version)},
                 {"etag", call.object.etag},
                 {"user", call.subject},
                 {"state", call.state},
                 {"sent_at", call.sent_at},
                 {"ended_at", Optional(call.ended_at)},
                 {"image_id", Optional(call.result)},
                 {"error", Optional(call.error_code)},
                 {"cause", Optional(call.error_message)}};
  return fields.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string CallHeadLine() {
  return fmt::format("{:<9}  {:<27}  {:<20}  {}\n", "STATE", "SENT", "USER", "OBJECT");
}

std::string CallLine(const CallRow& call) {
  std::string line = fmt::format("{:<9}  {:<27}  {:<20}  {}", call.state, call.sent_at,
                                 Printable(call.subject), Printable(ToString(call.object)));
  if (!call.result.empty()) line += "  image " + Printable(call.result);
  if (!call.error_code.empty()) {
    line += fmt::format("  {} [{}]", Printable(call.error_message), Printable(call.error_code));
  }
  return line + "\n";
}

}  // namespace sluice
