// Tells others what became of an object: a webhook, signed, or a channel of the database.
#pragma once

#include <memory>
#include <string>

#include "base/stop.h"
#include "http/client.h"
#include "pg/connection.h"

namespace sluice {

struct Notice {
  std::string source;  // who speaks
  std::string event;   // "done", "dead" or "drained"
  std::string object;  // s3://bucket/key; empty: of the whole queue
  std::string key;
  std::string detail;  // the cause, or a note; may be empty
  int64_t import = 0;
};

// One JSON object: "source" and "message" as the feed processor's topics carry them, and the
// notice's parts for machines.
std::string ToJson(const Notice& notice);

class Notifier {
 public:
  // `secret` signs webhooks; empty: they are not signed. `stop` must outlive the notifier.
  Notifier(std::string secret, const std::string& ca_bundle, const Stop& stop);

  // POSTs the JSON. The header X-Sluice-Signature is "t=<seconds since 1970>,v1=<hex of the
  // HMAC-SHA256 of "<t>.<body>">". Errors: the client's; "notify-refused" (kLater) for a reply
  // other than 2xx.
  void Post(const std::string& url, const Notice& notice);
  // NOTIFY on the connection.
  static void Announce(pg::Connection& connection, const std::string& channel,
                       const Notice& notice);

 private:
  const std::string secret_;
  std::unique_ptr<http::Client> client_;
};

}  // namespace sluice
