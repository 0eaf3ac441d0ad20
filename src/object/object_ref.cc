#include "object/object_ref.h"

#include "object/spool_name.h"

namespace sluice {

std::string ToString(const ObjectRef& ref) {
  if (ref.store == kSpoolStore) return "spool://" + ref.bucket + "/" + ref.key;
  if (!ref.bucket.empty()) return "s3://" + ref.bucket + "/" + ref.key;
  if (ref.store.starts_with("file:")) return ref.key;
  return ref.store + ref.key;
}

}  // namespace sluice
