#include "base/rsa.h"

#include <gtest/gtest.h>

#include "base/rsa_testing.h"

namespace sluice {
namespace {

TEST(RsaTest, AGenuineSignatureIsKnownByItsCertificate) {
  TestSigner signer;
  for (SignatureHash hash : {SignatureHash::kSha1, SignatureHash::kSha256}) {
    EXPECT_TRUE(IsSignedBy(signer.Certificate(), hash, "text", signer.Sign(hash, "text")));
  }
}

TEST(RsaTest, EveryErrorPath) {
  TestSigner signer;
  TestSigner other;
  std::string signature = signer.Sign(SignatureHash::kSha256, "text");
  auto is_signed = [&](const std::string& certificate, const std::string& text,
                       const std::string& by) {
    return IsSignedBy(certificate, SignatureHash::kSha256, text, by);
  };
  EXPECT_FALSE(is_signed(signer.Certificate(), "other text", signature));
  EXPECT_FALSE(is_signed(other.Certificate(), "text", signature));
  EXPECT_FALSE(is_signed(signer.Certificate(), "text", ""));
  EXPECT_FALSE(is_signed("no certificate", "text", signature));
  EXPECT_FALSE(is_signed("", "text", signature));
  EXPECT_FALSE(IsSignedBy(signer.Certificate(), SignatureHash::kSha1, "text", signature));
  TestSigner expired(-60);
  EXPECT_FALSE(
      is_signed(expired.Certificate(), "text", expired.Sign(SignatureHash::kSha256, "text")));
}

}  // namespace
}  // namespace sluice
