// What a failed transfer means, in the words of client.h.
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <string_view>

#include "base/error.h"

namespace sluice::http {

// `detail` is curl's own text (it names hosts and system errors, never headers or queries).
Error ErrorOfCurl(CURLcode code, std::string_view detail, std::string_view url);
// Nothing came for `waited`: "Stalled", or "ConnectTimeout" if no connection stood yet.
Error StalledError(std::string_view url, std::chrono::milliseconds waited, bool connected);

}  // namespace sluice::http
