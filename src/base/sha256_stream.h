// SHA-256 of bytes that come piece by piece.
#pragma once

#include <memory>
#include <string_view>

#include "base/digest.h"

namespace sluice {

class Sha256Stream {
 public:
  Sha256Stream();
  ~Sha256Stream();
  Sha256Stream(const Sha256Stream&) = delete;
  Sha256Stream& operator=(const Sha256Stream&) = delete;

  void Add(std::string_view bytes);
  // REQUIRES: called once, and nothing after it.
  Sha256Bytes Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sluice
