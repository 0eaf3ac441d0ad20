// FHIR's search as Aidbox's own resources have it: a searchset Bundle with pages
// (https://hl7.org/fhir/R4/search.html; _count and _page are Aidbox's).
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/route.h"

namespace sluice {

using Json = nlohmann::ordered_json;

struct Search {
  std::string resource_type;
  // Each parameter's values, any of which will do; a parameter not given is absent.
  std::map<std::string, std::vector<std::string>, std::less<>> parameters;
  uint64_t count = 100;  // on a page
  uint64_t page = 1;

  uint64_t offset() const { return (page - 1) * count; }
  // The only value of a parameter, or nullptr.
  const std::string* one(std::string_view name) const;
};

// Errors (kNever): "search-invalid" for a parameter that is not among `names`, or cannot be read.
Search ParseSearch(const http::RouteContext& context, std::string resource_type,
                   std::span<const std::string_view> names);

// `total`: on all pages.
Json SearchBundle(const Search& search, std::vector<Json> resources, uint64_t total);

http::Reply ResourceReply(const Json& resource, int status = 200);
// OperationOutcome: there is no such resource.
http::Reply NoResource(const std::string& type, const std::string& id);

// "2024-02-29T12:00:00.123Z" of what a session prints, which is in UTC; empty stays empty.
std::string FhirDateTime(std::string_view timestamp);

}  // namespace sluice
