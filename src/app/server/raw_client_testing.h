// A client that sends exactly the bytes it is told to.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice {

class RawClient {
 public:
  explicit RawClient(uint16_t port);  // connects to 127.0.0.1
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  void Send(std::string_view bytes) const;
  // All that comes until `mark` was seen; all until the server closes if it is empty. Gives up
  // after a minute.
  std::string ReadUntil(std::string_view mark) const;
  std::string ReadAll() const { return ReadUntil(""); }

 private:
  int socket_;
};

}  // namespace sluice
