// The pages of the dashboard, one function each. Errors become pages where they are mounted.
#pragma once

#include "engine/services.h"
#include "http/route.h"

namespace sluice {

http::Reply LoginPage(const http::RouteContext& call);
http::Reply ImportsPage(const http::RouteContext& call, const Services& services);
http::Reply StartPage(const http::RouteContext& call, const Services& services);
http::Reply ImportPage(const http::RouteContext& call, const Services& services);
http::Reply ObjectsPage(const http::RouteContext& call, const Services& services);
http::Reply HistoryPage(const http::RouteContext& call, const Services& services);
http::Reply RejectsPage(const http::RouteContext& call, const Services& services);
http::Reply LanesPage(const http::RouteContext& call, const Services& services);
http::Reply WorkersPage(const http::RouteContext& call, const Services& services);
http::Reply IndexesPage(const http::RouteContext& call, const Services& services);

}  // namespace sluice
