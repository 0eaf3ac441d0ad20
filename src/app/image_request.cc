#include "app/image_request.h"

#include "base/error.h"
#include "http/url.h"
#include "system/images/image_options.h"
#include "system/images/qualification.h"

namespace sluice {
namespace {

[[noreturn]] void Refuse(const std::string& why, const std::string& remedy) {
  throw Fault("usage", why).With(Scope::kRun).Remedy(remedy);
}

// User info and a query may hold secrets, which the ledger must not.
void CheckUrl(const std::string& url, const std::string& option) {
  auto parts = http::ParseUrl(url);
  if (!parts) Refuse(option + " names no http or https URL", "give https://HOST/PATH");
  if (!parts->query.empty() || url.find('@') != url.npos) {
    Refuse(option + " holds a query or a user, which the ledger would keep",
           "give the key as SLUICE_GATEWAY_KEY, or as gateway-key in the config file");
  }
  if (parts->scheme == "http" && !parts->is_loopback()) {
    Refuse(option + " would send images in the clear", "give an https URL");
  }
}

}  // namespace

void FinishImageRequest(const Settings& settings, LoadOptions& options) {
  ImageOptions images;
  images.gateway = settings.gateway;
  if (images.gateway.empty()) {
    Refuse("load images needs --gateway", "name the gateway: --gateway https://HOST/STAGE");
  }
  CheckUrl(images.gateway, "--gateway");
  images.idempotent = settings.gateway_idempotent;
  images.check_user = settings.check_user;
  if (!images.check_user.empty()) CheckUrl(images.check_user, "--check-user");
  images.uncertain = settings.uncertain == "retry" ? Uncertain::kRetry : Uncertain::kHold;
  images.timeout = settings.gateway_timeout;
  if (options.rate.unit == RateUnit::kBytes) {
    Refuse("images are registered one by one", "give --rate as N/s");
  }
  options.rate.unit = RateUnit::kObjects;
  if (!options.then.kind.empty()) {
    Refuse("what follows a registration is its mark, the tag Indexed=True", "leave --then out");
  }
  options.then.kind = "tag";
  options.then.argument = kMarkTag;
  if (options.policy.upsert || options.aside.any()) {
    Refuse("images fill no table", "leave --upsert and --set-aside-... out");
  }
  options.system_options = ToJson(images);
}

}  // namespace sluice
