#include "base/rsa_testing.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base/check.h"

namespace sluice {

struct TestSigner::State {
  EVP_PKEY* key = EVP_RSA_gen(2048);
  X509* certificate = X509_new();
  ~State() {
    X509_free(certificate);
    EVP_PKEY_free(key);
  }
};

TestSigner::TestSigner(long valid_seconds) : state_(std::make_unique<State>()) {
  X509* certificate = state_->certificate;
  X509_gmtime_adj(X509_getm_notBefore(certificate), -7200);
  X509_gmtime_adj(X509_getm_notAfter(certificate), valid_seconds);
  CHECK(X509_set_pubkey(certificate, state_->key) == 1);
  CHECK(X509_sign(certificate, state_->key, EVP_sha256()) > 0);
}

TestSigner::~TestSigner() = default;

std::string TestSigner::Certificate() const {
  BIO* bio = BIO_new(BIO_s_mem());
  CHECK(PEM_write_bio_X509(bio, state_->certificate) == 1);
  char* bytes = nullptr;
  long size = BIO_get_mem_data(bio, &bytes);
  std::string pem(bytes, static_cast<size_t>(size));
  BIO_free(bio);
  return pem;
}

std::string TestSigner::Sign(SignatureHash hash, std::string_view message) const {
  const EVP_MD* kind = hash == SignatureHash::kSha256 ? EVP_sha256() : EVP_sha1();
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  std::string signature(256, '\0');
  size_t size = signature.size();
  CHECK(EVP_DigestSignInit(context, nullptr, kind, nullptr, state_->key) == 1);
  CHECK(EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &size,
                       reinterpret_cast<const unsigned char*>(message.data()),
                       message.size()) == 1);
  EVP_MD_CTX_free(context);
  return signature;
}

}  // namespace sluice
