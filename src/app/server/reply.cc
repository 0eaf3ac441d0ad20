#include "app/server/reply.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "app/as_json.h"
#include "app/exit_code.h"

namespace sluice {
namespace {

struct Entry {
  std::string_view code;
  int status;
};

constexpr std::array kEntries = {
    Entry{"unauthenticated", 401}, Entry{"forbidden", 403},      Entry{"host-refused", 421},
    Entry{"cross-site", 403},      Entry{"not-found", 404},      Entry{"import-unknown", 404},
    Entry{"object-unknown", 404},  Entry{"user-unknown", 404},   Entry{"token-unknown", 404},
    Entry{"lane-unknown", 404},    Entry{"method-unknown", 405}, Entry{"user-exists", 409},
    Entry{"key-reused", 409},      Entry{"key-in-use", 409},     Entry{"import-cancelled", 409},
    Entry{"object-busy", 409},     Entry{"search-invalid", 400}, Entry{"body-too-large", 413},
    Entry{"upload-busy", 409},     Entry{"upload-lost", 409},    Entry{"upload-unknown", 404},
    Entry{"address-invalid", 400}, Entry{"event-invalid", 400},  Entry{"event-unsigned", 403},
    Entry{"topic-refused", 403},   Entry{"content-type", 415},   Entry{"endpoint-refused", 403},
    Entry{"internal", 500},
};

}  // namespace

int StatusFor(const Error& error) {
  if (error.origin() == Origin::kSluice) {
    auto found = std::ranges::find(kEntries, error.code(), &Entry::code);
    if (found != kEntries.end()) return found->status;
  }
  if (error.retry() != Retry::kNever) return 503;
  switch (ExitFor(error)) {
    case ExitCode::kUsage:
      return 400;
    case ExitCode::kSource:
    case ExitCode::kTarget:
      return 502;
    default:
      return 500;
  }
}

http::Reply ErrorReply(const Error& error) {
  http::Reply reply = JsonReply(ErrorJson(error) + "\n", StatusFor(error));
  if (reply.status == 401) reply.headers.emplace_back("WWW-Authenticate", "Bearer");
  if (reply.status == 503) reply.headers.emplace_back("Retry-After", "1");
  return reply;
}

http::Reply JsonReply(std::string json, int status) {
  http::Reply reply;
  reply.status = status;
  reply.body = std::move(json);
  return reply;
}

}  // namespace sluice
