// Reads back what imports made, as OCL's API shows it: one resource, or a page of a list.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "pg/connection.h"
#include "system/terminology/ocl_model.h"
#include "system/terminology/resource_path.h"

namespace sluice::ocl {

struct ListQuery {
  std::optional<std::string> q;  // in ids and names, without case
  bool include_retired = false;
  int64_t limit = 10;
  int64_t page = 1;
};

struct Found {
  std::vector<std::string> bodies;  // JSON
  int64_t total = 0;                // of the list, on all pages
};

// Nothing if what the path names is not there, or `requester` may not see it.
std::optional<Found> ReadResource(pg::Connection& connection, const Requester& requester,
                                  const ResourcePath& path, const ListQuery& query);

}  // namespace sluice::ocl
