// One image after another: looked at as it is now, and the registration that it needs prepared.
#pragma once

#include "engine/caller.h"
#include "engine/load_options.h"
#include "system/images/gateway.h"
#include "system/images/image_options.h"
#include "system/images/property_file.h"

namespace sluice {

class ImageCaller final : public Caller {
 public:
  ImageCaller(const LoadOptions& load, const ImageOptions& options);

  // Errors (kNever, kObject): "user-id-invalid", "properties-invalid", "user-record-too-large",
  // "image-invalid", "too-many-tags"; the store's.
  Examined Examine(StoreSet& stores, const ObjectRef& ref, const Stop& stop) override;
  WhenUncertain when_uncertain() const override;
  bool Knows(const std::string& subject) override { return gateway_.Knows(subject); }

 private:
  const ImageOptions options_;
  Gateway gateway_;
  PropertyFiles properties_;
};

}  // namespace sluice
