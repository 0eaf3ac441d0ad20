// The guard of `sluice serve`: who calls, by which name, from which page, and what they may do.
#pragma once

#include "app/server/server.h"

namespace sluice {

struct GateOptions {
  bool no_auth = false;  // whoever reaches the server is an admin
};

class Gate final : public Guard {
 public:
  explicit Gate(const GateOptions& options) : options_(options) {}

  std::optional<http::Reply> Screen(const http::Route* route,
                                    const http::RouteContext& context) override;
  std::optional<http::Reply> Admit(const http::Route& route, http::RouteContext& context) override;
  int64_t Begin(const http::Route& route, const http::RouteContext& context) override;
  void End(int64_t number, const http::Reply& reply) override;

 private:
  const GateOptions options_;
};

}  // namespace sluice
