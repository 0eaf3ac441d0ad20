#include "object/object_ref.h"

namespace sluice {

std::string ToString(const ObjectRef& ref) {
  if (!ref.bucket.empty()) return "s3://" + ref.bucket + "/" + ref.key;
  if (ref.store.starts_with("file:")) return ref.key;
  return ref.store + ref.key;
}

}  // namespace sluice
