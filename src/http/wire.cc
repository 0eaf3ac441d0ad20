#include "http/wire.h"

#include <utility>

#include "base/check.h"

namespace sluice::http {
namespace {

// One wire talks to one endpoint, or to two while a redirect to another region is followed.
constexpr long kIdleConnectionsMax = 2;

void InitCurlOnce() {
  static const CURLcode kDone = curl_global_init(CURL_GLOBAL_DEFAULT);
  CHECK(kDone == CURLE_OK);
}

}  // namespace

Wire::Wire() {
  InitCurlOnce();
  multi_ = curl_multi_init();
  easy_ = curl_easy_init();
  CHECK(multi_ != nullptr && easy_ != nullptr);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, kIdleConnectionsMax);
}

Wire::~Wire() {
  curl_easy_cleanup(easy_);
  curl_multi_cleanup(multi_);
}

std::unique_ptr<Wire> WirePool::Take() {
  {
    std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto wire = std::move(idle_.back());
      idle_.pop_back();
      return wire;
    }
  }
  return std::make_unique<Wire>();
}

void WirePool::Give(std::unique_ptr<Wire> wire) {
  std::lock_guard lock(mutex_);
  idle_.push_back(std::move(wire));
}

}  // namespace sluice::http
