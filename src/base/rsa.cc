#include "base/rsa.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <climits>
#include <memory>

namespace sluice {
namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

bool IsValidToday(const X509& certificate) {
  return X509_cmp_current_time(X509_get0_notBefore(&certificate)) < 0 &&
         X509_cmp_current_time(X509_get0_notAfter(&certificate)) > 0;
}

}  // namespace

bool IsSignedBy(std::string_view certificate_pem, SignatureHash hash, std::string_view message,
                std::string_view signature) {
  if (certificate_pem.size() > INT_MAX) return false;
  std::unique_ptr<BIO, Free> bio(
      BIO_new_mem_buf(certificate_pem.data(), static_cast<int>(certificate_pem.size())));
  std::unique_ptr<X509, Free> certificate(
      bio ? PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr) : nullptr);
  std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  bool is_signed = false;
  if (certificate && context && IsValidToday(*certificate)) {
    EVP_PKEY* key = X509_get0_pubkey(certificate.get());
    const EVP_MD* kind = hash == SignatureHash::kSha1 ? EVP_sha1() : EVP_sha256();
    is_signed =
        key != nullptr && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA &&
        EVP_DigestVerifyInit(context.get(), nullptr, kind, nullptr, key) == 1 &&
        EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                         signature.size(), reinterpret_cast<const unsigned char*>(message.data()),
                         message.size()) == 1;
  }
  ERR_clear_error();  // what a stranger's bytes left there is nobody else's error
  return is_signed;
}

}  // namespace sluice
