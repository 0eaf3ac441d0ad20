// A submission's body on its way into the spool: the script itself, a form that holds it, or no
// script but the address of one.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "engine/spool.h"
#include "http/route.h"
#include "system/terminology/multipart.h"

namespace sluice::ocl {

// What was sent.
struct Sent {
  std::optional<ObjectStat> script;                        // in the spool
  std::string file_url;                                    // instead of a script
  std::map<std::string, std::string, std::less<>> fields;  // of the form
};

// `then` makes the reply once all is safe.
// Errors: "multipart-invalid", and the spool's.
std::unique_ptr<http::Upload> ReceiveScript(Spool& spool, const http::RouteContext& context,
                                            std::function<http::Reply(const Sent&)> then);

}  // namespace sluice::ocl
