#include "app/server/listen_address.h"

#include <arpa/inet.h>

#include <charconv>

#include "base/error.h"

namespace sluice {
namespace {

bool IsV6(const std::string& address) { return address.find(':') != std::string::npos; }

bool IsAddress(const std::string& text) {
  in6_addr bytes{};
  return inet_pton(IsV6(text) ? AF_INET6 : AF_INET, text.c_str(), &bytes) == 1;
}

}  // namespace

bool ListenAddress::is_loopback() const { return address.starts_with("127.") || address == "::1"; }

std::string ListenAddress::Shown() const {
  return (IsV6(address) ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

ListenAddress ParseListenAddress(const std::string& text) {
  ListenAddress place;
  size_t colon = text.rfind(':');
  if (colon != std::string::npos) {
    place.address = text.substr(0, colon);
    if (place.address.starts_with('[') && place.address.ends_with(']')) {
      place.address = place.address.substr(1, place.address.size() - 2);
    }
    if (place.address.empty()) place.address = "0.0.0.0";
    if (place.address == "localhost") place.address = "127.0.0.1";
    const char* end = text.data() + text.size();
    auto [stop, failed] = std::from_chars(text.data() + colon + 1, end, place.port);
    if (failed == std::errc() && stop == end && IsAddress(place.address)) return place;
  }
  throw Fault("setting-invalid", "--listen must be ADDRESS:PORT, not '" + text + "'")
      .With(Scope::kRun)
      .Remedy("for example 127.0.0.1:8060, [::1]:8060 or 0.0.0.0:8060");
}

}  // namespace sluice
