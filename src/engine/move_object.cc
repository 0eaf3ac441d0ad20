#include "engine/move_object.h"

#include <optional>

#include "base/crash_point.h"
#include "base/error.h"

namespace sluice {
namespace {

constexpr char kNoSuchKey[] = "NoSuchKey";

std::optional<ObjectStat> Find(ObjectStore& store, const ObjectRef& ref) {
  try {
    return store.Stat(ref);
  } catch (const Error& error) {
    if (error.code() != kNoSuchKey) throw;
    return std::nullopt;
  }
}

// Where the copy goes or is, and the copy if it is there.
struct Place {
  ObjectRef ref;
  std::optional<ObjectStat> copy;
};

// An object of the source's etag is its copy. (A copy of parts may have another; then it is copied
// once more, beside.) Under the name with the etag there is nothing else.
Place FindPlace(ObjectStore& store, const ObjectRef& from, const ObjectRef& to) {
  Place place{to, std::nullopt};
  place.ref.etag.clear();
  place.copy = Find(store, place.ref);
  if (place.copy && place.copy->ref.etag != from.etag) {
    place.ref.key += "." + from.etag;
    place.copy = Find(store, place.ref);
  }
  return place;
}

Error CopyDiffers(const ObjectRef& ref) {
  return Fault("copy-differs", "the copy at " + ToString(ref) + " is not what was copied")
      .With(Retry::kLater);
}

}  // namespace

Moved MoveObject(ObjectStore& store, const ObjectRef& from, const ObjectRef& to) {
  if (from.bucket == to.bucket && from.key == to.key) {
    throw Fault("move-to-itself", ToString(from) + " cannot be moved to where it is")
        .Remedy("give --then move another bucket or prefix");
  }
  Place place = FindPlace(store, from, to);
  try {
    if (!place.copy) {
      ObjectStat copied = store.Copy(from, place.ref);
      CrashPoint("object-copied");
      place.copy = store.Stat(place.ref);
      if (place.copy->ref.etag != copied.ref.etag) throw CopyDiffers(place.ref);
    }
    ObjectStat source = store.Stat(from);  // still the version that was loaded and copied
    if (source.size_bytes != place.copy->size_bytes) throw CopyDiffers(place.ref);
    store.RemoveSeen(source);
    return Moved::kMoved;
  } catch (const Error& error) {
    if (error.code() == "ObjectChanged") return Moved::kOverwritten;
    if (error.code() == kNoSuchKey && place.copy) return Moved::kMoved;
    throw;
  }
}

}  // namespace sluice
