// The portal's registration gateway, as its callers see it. A reply of 200 does not mean success:
// it may carry the result of a Step Functions execution, which has a status of its own.
#pragma once

#include <memory>
#include <string>

#include "base/error.h"
#include "engine/caller.h"
#include "http/client.h"
#include "system/images/image_options.h"
#include "system/images/user_record.h"

namespace sluice {

struct Registration {
  std::string user_id;
  Properties properties;
  std::string image;  // its bytes
};

// The body of POST /register.
std::string RegistrationBody(const Registration& registration);
// What a reply means.
CallAnswer ReadGatewayReply(const http::Response& reply);
// What it means that there was none.
CallAnswer ReadGatewayError(const Error& error);
// Whether a reply of --check-user says that the user is registered. Errors (kLater):
// "check-user-unclear".
bool ReadCheckReply(const http::Response& reply);

class Gateway {
 public:
  // Calls are never stopped, since their answers are worth the wait; every wait has an end.
  Gateway(const ImageOptions& options, const std::string& ca_bundle,
          std::chrono::milliseconds connect_timeout);

  CallAnswer Register(const Registration& registration, const std::string& token);
  bool Knows(const std::string& user_id);

 private:
  http::Request Post(const std::string& url, std::string body) const;

  const ImageOptions options_;
  const std::string register_url_;
  const Stop never_;
  std::unique_ptr<http::Client> client_;
};

}  // namespace sluice
