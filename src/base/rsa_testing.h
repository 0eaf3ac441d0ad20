// Stands in for who signs with RSA: a key, and a certificate that it signed itself.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/rsa.h"

namespace sluice {

class TestSigner {
 public:
  // The certificate is valid for so long from now on.
  explicit TestSigner(long valid_seconds = 3600);
  ~TestSigner();
  TestSigner(const TestSigner&) = delete;
  TestSigner& operator=(const TestSigner&) = delete;

  std::string Certificate() const;  // PEM
  std::string Sign(SignatureHash hash, std::string_view message) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sluice
