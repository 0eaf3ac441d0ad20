#include "object/object_store.h"

#include "object/spool_name.h"

namespace sluice {

bool ObjectStore::PutNew(const ObjectRef& ref, std::string_view) {
  throw NotSupportedError(ref, "nothing can be written there");
}

std::unique_ptr<NewObject> ObjectStore::Create(const ObjectRef& ref) {
  throw NotSupportedError(ref, "nothing can be written there");
}

size_t ObjectStore::RemoveUnfinished(const std::string&, const std::string&) { return 0; }

Error ObjectChangedError(const ObjectRef& ref) {
  bool is_ours = ref.store.starts_with("file:") || ref.store == kSpoolStore;
  Origin origin = is_ours ? Origin::kSluice : Origin::kAws;
  return Error(origin, "ObjectChanged", ToString(ref) + ": the object is not the version it was")
      .Remedy("run the load again; --changed says what happens with changed objects");
}

Error NotSupportedError(const ObjectRef& ref, const std::string& what) {
  return Fault("NotSupported", ToString(ref) + ": " + what)
      .Remedy("leave the objects where they are (--then leave), or load them from S3");
}

}  // namespace sluice
