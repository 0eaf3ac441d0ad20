// Where to listen, as users write it.
#pragma once

#include <cstdint>
#include <string>

namespace sluice {

struct ListenAddress {
  std::string address;  // an IP address
  uint16_t port = 0;
  bool is_loopback() const;
  // "127.0.0.1:8060", "[::1]:8060".
  std::string Shown() const;
};

// "ADDRESS:PORT", "[IPV6]:PORT", "localhost:PORT", ":PORT" (all addresses). Errors (kRun):
// "setting-invalid".
ListenAddress ParseListenAddress(const std::string& text);

}  // namespace sluice
