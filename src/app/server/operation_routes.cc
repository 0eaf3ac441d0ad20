#include "app/server/operation_routes.h"

#include <algorithm>

#include "app/server/reply.h"
#include "ledger/schema.h"
#include "pg/migration.h"

namespace sluice {
namespace {

// The process serves; nothing is said about the database, whose absence a restart would not mend.
http::Reply Health(const http::RouteContext&) { return JsonReply("{\"status\":\"ok\"}\n"); }

http::Reply Readiness(pg::Pool& ledger) {
  auto session = ledger.Take();
  auto states = pg::MigrationStatus(*session, LedgerMigrations());
  if (std::ranges::any_of(states, [](const auto& state) { return state.applied_at.empty(); })) {
    throw Fault("migration-due", "the ledger was made by an older version of sluice")
        .With(Retry::kLater)
        .Remedy("run: sluice migrate up");
  }
  return JsonReply("{\"status\":\"ready\"}\n");
}

}  // namespace

std::vector<http::Route> OperationRoutes(const Services& services) {
  std::vector<http::Route> routes;
  routes.push_back({.method = "GET",
                    .pattern = "/healthz",
                    .role = http::Role::kAnyone,
                    .doc = {.summary = "whether the process serves"},
                    .handle = Health,
                    .immediate = true});
  routes.push_back({.method = "GET",
                    .pattern = "/readyz",
                    .role = http::Role::kAnyone,
                    .doc = {.summary = "whether the database answers and the ledger fits"},
                    .handle = [&ledger = services.ledger](const http::RouteContext&) {
                      return Readiness(ledger);
                    }});
  return routes;
}

}  // namespace sluice
