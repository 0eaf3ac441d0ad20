// Small objects that are read whole.
#pragma once

#include <string>

#include "object/object_store.h"

namespace sluice {

// The object's bytes; where `ref` has an etag, those of that version. Errors: the store's;
// "object-too-large" (kNever) above `bytes_max`; "TruncatedBody" (kLater).
std::string ReadWholeObject(ObjectStore& store, const ObjectRef& ref, uint64_t bytes_max);

}  // namespace sluice
