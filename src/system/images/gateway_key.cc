#include "system/images/gateway_key.h"

#include <mutex>
#include <utility>

namespace sluice {
namespace {

std::mutex key_mutex;
std::string process_key;

}  // namespace

void SetGatewayKey(std::string key) {
  std::lock_guard lock(key_mutex);
  process_key = std::move(key);
}

std::string GatewayKey() {
  std::lock_guard lock(key_mutex);
  return process_key;
}

}  // namespace sluice
