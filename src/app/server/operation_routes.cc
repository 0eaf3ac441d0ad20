#include "app/server/operation_routes.h"

#include <algorithm>

#include "app/server/reply.h"
#include "ledger/schema.h"
#include "pg/migration.h"

namespace sluice {
namespace {

// The process serves; nothing is said about the database, whose absence a restart would not mend.
http::Reply Health(const http::RouteContext&) { return JsonReply("{\"status\":\"ok\"}\n"); }

http::Reply Readiness(pg::Pool& ledger, bool keeps_leases) {
  auto session = ledger.Take();
  auto states = pg::MigrationStatus(*session, LedgerMigrations());
  if (std::ranges::any_of(states, [](const auto& state) { return state.applied_at.empty(); })) {
    throw Fault("migration-due", "the ledger was made by an older version of sluice")
        .With(Retry::kLater)
        .Remedy("run: sluice migrate up");
  }
  if (!keeps_leases) {
    throw Fault("leases-late", "the database has not taken this process's heartbeats for long")
        .With(Retry::kLater)
        .Remedy("see in the log what keeps it from connecting");
  }
  return JsonReply("{\"status\":\"ready\"}\n");
}

}  // namespace

std::vector<http::Route> OperationRoutes(const Services& services,
                                         std::function<bool()> keeps_leases) {
  std::vector<http::Route> routes;
  routes.push_back({.method = "GET",
                    .pattern = "/healthz",
                    .role = http::Role::kAnyone,
                    .doc = {.summary = "whether the process serves"},
                    .handle = Health,
                    .immediate = true});
  routes.push_back(
      {.method = "GET",
       .pattern = "/readyz",
       .role = http::Role::kAnyone,
       .doc = {.summary = "whether the database answers, the ledger fits, and what "
                          "is loaded here is kept"},
       .handle = [&ledger = services.ledger, keeps_leases = std::move(keeps_leases)](
                     const http::RouteContext&) { return Readiness(ledger, keeps_leases()); }});
  return routes;
}

}  // namespace sluice
