// The guard of `sluice serve`: who calls, by which name, from which page, and what they may do.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "app/server/server.h"
#include "ledger/access.h"
#include "pg/pool.h"

namespace sluice {

struct GateOptions {
  bool no_auth = false;         // whoever reaches the server is an admin
  std::set<std::string> hosts;  // lower case; beside IP addresses and localhost
};

class Gate final : public Guard {
 public:
  // `ledger` must outlive it.
  Gate(GateOptions options, pg::Pool& ledger) : options_(std::move(options)), ledger_(ledger) {}

  // Errors: "host-refused", "cross-site", "content-type".
  std::optional<http::Reply> Screen(const http::Route* route,
                                    const http::RouteContext& context) override;
  // Errors: "unauthenticated", "forbidden", "cross-site".
  std::optional<http::Reply> Admit(const http::Route& route, http::RouteContext& context) override;
  int64_t Begin(const http::Route& route, const http::RouteContext& context) override;
  void End(int64_t number, const http::Reply& reply) override;

 private:
  using Clock = std::chrono::steady_clock;

  bool IsKnownHost(const http::RouteContext& context) const;
  http::Caller Identify(const http::Route& route, const http::RouteContext& context);
  // Asks the ledger, or remembers the answer for a few seconds.
  http::Caller Lookup(bool is_cookie, const std::string& secret);

  struct Remembered {
    http::Caller caller;
    Clock::time_point until;
  };
  const GateOptions options_;
  pg::Pool& ledger_;
  std::mutex mutex_;
  std::map<std::string, Remembered> remembered_;
};

// The value of the cookie of a browser that logged in; empty if there is none.
std::string SessionCookie(const http::RouteContext& context);
// What a page of ours sends beside the cookie, as X-CSRF-Token, with every change.
std::string CsrfToken(const std::string& cookie);

}  // namespace sluice
