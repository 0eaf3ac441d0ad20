// MD5 of bytes that come piece by piece; not for security.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace sluice {

class Md5Stream {
 public:
  Md5Stream();
  ~Md5Stream();
  Md5Stream(const Md5Stream&) = delete;
  Md5Stream& operator=(const Md5Stream&) = delete;

  void Add(std::string_view bytes);
  // Once, at the end.
  std::array<uint8_t, 16> Finish();

 private:
  void* const context_;
};

}  // namespace sluice
