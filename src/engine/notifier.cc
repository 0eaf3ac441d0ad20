#include "engine/notifier.h"

#include <chrono>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "base/error.h"
#include "base/unit.h"
#include "http/url.h"

namespace sluice {
namespace {

// PostgreSQL's limit for a payload is 8,000 bytes.
constexpr size_t kDetailBytesMax = 1000;
constexpr size_t kReplyBytesMax = 64 * kKiB;

std::string Message(const Notice& notice) {
  if (notice.event == "done") return "Successfully processed " + notice.key;
  if (notice.event == "dead") {
    return "Failed to process " + notice.key + ": " + notice.detail.substr(0, kDetailBytesMax);
  }
  return "The queue is drained";
}

}  // namespace

std::string ToJson(const Notice& notice) {
  nlohmann::json json = {{"source", notice.source},
                         {"message", Message(notice)},
                         {"event", notice.event},
                         {"import", notice.import}};
  if (!notice.object.empty()) json["object"] = notice.object;
  if (!notice.detail.empty()) json["detail"] = notice.detail.substr(0, kDetailBytesMax);
  // What an object's name holds that is no UTF-8 is replaced.
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Notifier::Notifier(std::string secret, const std::string& ca_bundle, const Stop& stop)
    : secret_(std::move(secret)) {
  http::Options options;
  options.ca_bundle = ca_bundle;
  client_ = http::NewClient(options, stop);
}

void Notifier::Post(const std::string& url, const Notice& notice) {
  http::Request request{"POST", url, {{"Content-Type", "application/json"}}, ToJson(notice)};
  if (!secret_.empty()) {
    auto now = std::chrono::duration_cast<std::chrono::seconds>(
        std::chrono::system_clock::now().time_since_epoch());
    std::string time = std::to_string(now.count());
    request.headers.emplace_back(
        "X-Sluice-Signature",
        fmt::format("t={},v1={}", time, Hex(HmacSha256(secret_, time + "." + request.body))));
  }
  http::Response reply = client_->Send(request, kReplyBytesMax);
  if (reply.status / 100 != 2) {
    throw Fault("notify-refused",
                fmt::format("{} answered a notification with {}", http::Redact(url), reply.status))
        .With(Retry::kLater);
  }
}

void Notifier::Announce(pg::Connection& connection, const std::string& channel,
                        const Notice& notice) {
  connection.Exec("SELECT pg_notify($1, $2)", {channel, ToJson(notice)});
}

}  // namespace sluice
