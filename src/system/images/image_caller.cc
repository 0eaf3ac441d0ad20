#include "system/images/image_caller.h"

#include "base/error.h"
#include "engine/limits.h"
#include "engine/store_set.h"
#include "system/images/limits.h"
#include "system/images/qualification.h"
#include "system/images/whole_object.h"

namespace sluice {
namespace {

class PreparedRegistration final : public PreparedCall {
 public:
  PreparedRegistration(Gateway& gateway, Registration registration)
      : gateway_(gateway), registration_(std::move(registration)) {}

  const std::string& subject() const override { return registration_.user_id; }
  CallAnswer Make(const std::string& token) override {
    return gateway_.Register(registration_, token);
  }

 private:
  Gateway& gateway_;
  const Registration registration_;
};

bool IsGone(const Error& error) {
  return error.code() == "NoSuchKey" || error.code() == "NotFound";
}

// Registered and without its mark, it would look as if it were not.
void CheckRoomForMark(const ObjectTags& tags) {
  if (tags.size() < limits::kTagsMax) return;
  for (const auto& [name, value] : tags) {
    if (ReadImageTags({{name, "true"}}).indexed) return;
  }
  throw Fault("too-many-tags", "it bears 10 tags, so that it cannot be marked as registered")
      .Remedy("take one of its tags away, then `sluice retry`");
}

}  // namespace

ImageCaller::ImageCaller(const LoadOptions& load, const ImageOptions& options)
    : options_(options), gateway_(options, load.ca_bundle, load.connect_timeout) {}

Examined ImageCaller::Examine(StoreSet& stores, const ObjectRef& ref, const Stop& stop) {
  ObjectStore& store = stores.For(ref);
  ObjectRef newest = ref;
  newest.etag.clear();
  Examined found;
  found.object.ref = ref;
  ObjectTags tags;
  try {
    found.object = store.Stat(newest);
    tags = store.GetTags(newest);
  } catch (const Error& error) {
    if (!IsGone(error)) throw;
    found.why_not = "is gone since it was listed";
    return found;
  }
  stop.ThrowIfRequested();
  ImageTags meant = ReadImageTags(tags);
  found.why_not = WhyNotByTags(meant);
  if (!found.why_not.empty()) return found;
  CheckUserId(meant.user_id);
  CheckRoomForMark(tags);
  Registration registration{.user_id = meant.user_id, .properties = {}, .image = ""};
  if (!meant.properties.empty()) {
    registration.properties = properties_.Get(stores, found.object.ref.store, meant.properties);
  }
  CheckUserRecord(meant.user_id, registration.properties, found.object.size_bytes);
  registration.image = ReadWholeObject(store, found.object.ref, kUserRecordBytesMax);
  if (!BeginsImage(registration.image)) {
    throw Fault("image-invalid", "it is neither PNG nor JPEG: its first bytes are others")
        .Remedy("put the image itself there, or tag it Ignore=True");
  }
  found.call = std::make_unique<PreparedRegistration>(gateway_, std::move(registration));
  return found;
}

WhenUncertain ImageCaller::when_uncertain() const {
  if (options_.idempotent) return WhenUncertain::kRepeat;
  if (!options_.check_user.empty()) return WhenUncertain::kAsk;
  return options_.uncertain == Uncertain::kRetry ? WhenUncertain::kRetry : WhenUncertain::kHold;
}

}  // namespace sluice
