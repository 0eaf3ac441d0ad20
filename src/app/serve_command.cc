// sluice serve: one server with every door, and a worker, in one process.
#include <fmt/format.h>

#include "app/command.h"
#include "app/dashboard/dashboard_routes.h"
#include "app/server/event_routes.h"
#include "app/server/gate.h"
#include "app/server/import_routes.h"
#include "app/server/import_runner.h"
#include "app/server/index_routes.h"
#include "app/server/lane_routes.h"
#include "app/server/limits.h"
#include "app/server/listen_address.h"
#include "app/server/login_routes.h"
#include "app/server/metrics.h"
#include "app/server/notify_ready.h"
#include "app/server/openapi.h"
#include "app/server/operation_routes.h"
#include "app/server/server.h"
#include "app/server/throttle_routes.h"
#include "app/server/upload_routes.h"
#include "app/server/yaml.h"
#include "app/system_registry.h"
#include "app/target.h"
#include "pg/pool.h"

namespace sluice {
namespace {

constexpr char kDetails[] =
    "Serves until SIGTERM or Ctrl-C; then what runs may end within --grace. The URL is printed\n"
    "on stdout once it listens.";

// Every route of this process.
std::vector<http::Route> AllRoutes(const Services& services, ImportRunner& runner,
                                   StatusBoard& board, const Settings& settings) {
  std::vector<http::Route> routes;
  auto add = [&](std::vector<http::Route> more) {
    routes.insert(routes.end(), std::make_move_iterator(more.begin()),
                  std::make_move_iterator(more.end()));
  };
  add(OperationRoutes(services, [&runner] { return runner.keeps_leases(); }));
  add(LoginRoutes(services, !settings.tls_certificate.empty() || settings.behind_proxy));
  add(ImportRoutes(services, board, settings));
  add(UploadRoutes(services));
  add(EventRoutes(services, MakeSystem, settings.sns_topics));
  add(IndexRoutes(services, [&runner](const AsideTable& table, KeepPolicy on_duplicate) {
    runner.BeginRestore(table, on_duplicate);
  }));
  add(LaneRoutes(services));
  add(ThrottleRoutes(services));
  add(DashboardRoutes(services));
  routes.push_back(MetricsRoute(services, runner.totals()));
  for (const std::string& name : SystemNames()) add(MakeSystem(name, {})->routes(services));
  for (http::Route& route : routes) {
    if (route.yaml) route = WithYaml(std::move(route));
  }
  routes.push_back(OpenApiRoute(routes));
  return routes;
}

// What would let strangers in, or read along.
void CheckExposure(const ListenAddress& place, const Settings& settings) {
  auto refuse = [&](const std::string& why, const std::string& remedy) {
    throw Fault("listen-refused", "--listen " + place.Shown() + " " + why)
        .With(Scope::kRun)
        .Remedy(remedy);
  };
  if (settings.tls_certificate.empty() != settings.tls_key.empty()) {
    refuse("has half of what TLS needs", "give both --tls-cert and --tls-key");
  }
  if (place.is_loopback()) return;
  if (settings.no_auth) {
    refuse("would let everybody in", "leave --no-auth out, or listen on 127.0.0.1");
  }
  if (settings.tls_certificate.empty() && !settings.behind_proxy) {
    refuse("would send keys in the clear",
           "give --tls-cert and --tls-key, or --behind-proxy where a proxy in front does TLS");
  }
}

ExitCode Serve(const Invocation& call) {
  const Settings& settings = call.settings;
  ListenAddress place = ParseListenAddress(settings.listen);
  CheckExposure(place, settings);
  Target target = StartTarget(settings);
  MigrateLedger(OpenDatabase(target, settings, "serve", call.stop));

  Stop overtime;  // outlasts the user's stop by the grace time
  Database database = OpenDatabase(target, settings, "serve", overtime);
  pg::Pool ledger([&] { return database.Connect(Database::Use::kControl); },
                  server_limits::kSessionsMax, server_limits::kSessionWaitMax);
  Gate gate({.no_auth = settings.no_auth, .hosts = {settings.hosts.begin(), settings.hosts.end()}},
            ledger);
  // Before anything runs that would have to be stopped if the place cannot be had.
  Server server({.address = place.address,
                 .port = place.port,
                 .tls_certificate_file = settings.tls_certificate,
                 .tls_key_file = settings.tls_key,
                 .grace = settings.grace},
                {}, gate);
  http::EndpointRules rules = http::EndpointRules::Parse(settings.allowed);
  ImportRunner runner(
      {.threads = settings.threads, .profile = settings.profile, .ca_bundle = settings.ca_bundle},
      database, rules, call.stop, overtime);
  Spool spool(ledger, settings.spool_bytes_max);
  Services services{database, ledger, runner, spool, rules, overtime};
  StatusBoard board(ledger);
  server.Mount(AllRoutes(services, runner, board, settings));
  place.port = server.port();
  fmt::print("{}://{}/\n", settings.tls_certificate.empty() ? "http" : "https", place.Shown());
  std::fflush(stdout);
  NotifyManager("READY=1");
  server.Run(call.stop, overtime);
  return ExitCode::kDone;
}

}  // namespace

Command ServeCommand() {
  return {.name = "serve",
          .summary = "the HTTP API and a worker in one process",
          .details = kDetails,
          .arguments = {},
          .options = {"into", "threads", "listen", "no-auth", "profile", "ca-bundle",
                      "behind-proxy", "tls-cert", "tls-key", "host", "allow", "grace", "sns-topic",
                      "spool-max", "config", "json", "quiet", "verbose"},
          .run = Serve};
}

}  // namespace sluice
