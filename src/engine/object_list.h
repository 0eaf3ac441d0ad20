// A list of objects that somebody else made, such as an inventory, read like a store's own listing:
// page by page, in memory that does not grow with it.
#pragma once

#include <string>
#include <vector>

#include "object/object_ref.h"

namespace sluice {

struct ListedObject {
  // What the list does not tell is left empty; the size may be 0, the time 1970.
  ObjectStat object;
  std::string why_not;  // why the list itself says that there is nothing to load; else empty
};

class ObjectList {
 public:
  virtual ~ObjectList() = default;
  // The next page, in place of what `page` holds; false at the end. Errors (kRun): the list's, with
  // its name, line and byte; the store's.
  virtual bool Next(std::vector<ListedObject>& page) = 0;
};

}  // namespace sluice
