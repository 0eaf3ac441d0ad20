// ?limit= and ?cursor= of every listing.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "http/route.h"

namespace sluice {

struct PageQuery {
  int limit = 0;
  int64_t cursor = 0;  // 0: from the beginning
};

// Errors (kRun): "usage".
PageQuery ReadPageQuery(const http::RouteContext& context);
// {"NAME": [items...], "next": cursor or null}. `items` are JSON texts, `last` is the id of the
// last one; a page that is not full is the last.
std::string PageJson(const std::string& name, const std::vector<std::string>& items, int limit,
                     int64_t last);
std::vector<http::RouteDoc::Parameter> PageParameters();

}  // namespace sluice
