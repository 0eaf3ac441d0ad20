#include "app/dashboard/dashboard_routes.h"

#include "app/dashboard/page.h"
#include "app/dashboard/pages.h"
#include "app/dashboard/static_files.h"
#include "base/error.h"

namespace sluice {

std::vector<http::Route> DashboardRoutes(const Services& services) {
  std::vector<http::Route> routes;
  using Make = http::Reply (*)(const http::RouteContext&, const Services&);
  auto add = [&](std::string pattern, http::Role role, std::string summary, Make make) {
    routes.push_back({.method = "GET",
                      .pattern = std::move(pattern),
                      .role = role,
                      .doc = {.summary = std::move(summary), .response_type = "text/html"},
                      .handle =
                          [make, &services](const http::RouteContext& call) {
                            try {
                              return make(call, services);
                            } catch (const Error& error) {
                              return ErrorPage(call, error);
                            }
                          },
                      .page = true});
  };
  using http::Role;
  add("/", Role::kViewer, "the dashboard: imports", ImportsPage);
  add("/ui/start", Role::kOperator, "the dashboard: start an import", StartPage);
  add("/ui/imports/{import}", Role::kViewer, "the dashboard: one import", ImportPage);
  add("/ui/imports/{import}/objects", Role::kViewer, "the dashboard: its objects", ObjectsPage);
  add("/ui/imports/{import}/history", Role::kViewer,
      "the dashboard: what another system was told of its objects", HistoryPage);
  add("/ui/imports/{import}/rejects", Role::kOperator, "the dashboard: its bad records",
      RejectsPage);
  add("/ui/lanes", Role::kViewer, "the dashboard: lanes and throttles", LanesPage);
  add("/ui/workers", Role::kViewer, "the dashboard: workers and the database", WorkersPage);
  add("/ui/indexes", Role::kViewer, "the dashboard: indexes that are put aside", IndexesPage);
  add("/login", Role::kAnyone, "the dashboard: log in",
      [](const http::RouteContext& call, const Services&) { return LoginPage(call); });
  routes.push_back(StaticRoute());
  return routes;
}

}  // namespace sluice
