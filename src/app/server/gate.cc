#include "app/server/gate.h"

#include "app/server/reply.h"

namespace sluice {

std::optional<http::Reply> Gate::Screen(const http::Route*, const http::RouteContext&) {
  return std::nullopt;
}

std::optional<http::Reply> Gate::Admit(const http::Route& route, http::RouteContext& context) {
  if (options_.no_auth) context.caller = {.name = "local", .role = http::Role::kAdmin};
  if (context.caller.role >= route.role) return std::nullopt;
  return ErrorReply(
      Fault("unauthenticated", "this needs a key").Remedy("send Authorization: Bearer KEY"));
}

int64_t Gate::Begin(const http::Route&, const http::RouteContext&) { return 0; }

void Gate::End(int64_t, const http::Reply&) {}

}  // namespace sluice
