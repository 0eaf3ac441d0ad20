// Moving an object within a store, which S3 cannot do in one step: copy, look, delete. Every way to
// be cut short is healed by doing it again.
#pragma once

#include "object/object_store.h"

namespace sluice {

enum class Moved {
  kMoved,        // there, and no longer here
  kOverwritten,  // other content is here now, and stays
};

// Moves the version `from.etag`. A different object that is at `to` already is never overwritten:
// then the copy's key ends in '.' and the etag. A source that is gone, with its copy in place, was
// moved before. Errors: the store's; "copy-differs" (kLater); "move-to-itself" (kNever).
Moved MoveObject(ObjectStore& store, const ObjectRef& from, const ObjectRef& to);

}  // namespace sluice
