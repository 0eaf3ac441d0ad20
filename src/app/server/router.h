// Which route a path means.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "http/route.h"

namespace sluice {

class Router {
 public:
  explicit Router(std::vector<http::Route> routes);

  struct Match {
    const http::Route* route = nullptr;  // null: see `allowed`
    std::vector<std::string> allowed;    // methods the path has; empty: there is no such path
    std::map<std::string, std::string, std::less<>> parameters;
    std::string path;  // decoded
  };
  // `target` is the request's: path and query, still encoded. Fixed segments go before named ones.
  Match Find(std::string_view method, std::string_view target) const;
  const std::vector<http::Route>& routes() const { return routes_; }

 private:
  std::vector<http::Route> routes_;
};

// Percent-decoding; `plus`: a plus sign is a blank, as in a query. Nothing for a broken escape.
std::optional<std::string> PercentDecoded(std::string_view text, bool plus);
// The query's pairs, decoded; broken escapes stay as they are.
std::vector<std::pair<std::string, std::string>> ParseQuery(std::string_view query);

}  // namespace sluice
