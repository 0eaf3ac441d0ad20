#include "object/read_object.h"

#include <utility>

#include "object/range_reader.h"
#include "object/resuming_source.h"

namespace sluice {

OpenObject ReadObject(ObjectStore& store, const ObjectRef& ref, BufferPool& ranges,
                      const ReadObjectOptions& options, const Stop& stop) {
  OpenObject opened = store.Open(ref, {});
  const ObjectStat& stat = opened.stat;
  // Ranges of an object whose version cannot be told could be of several.
  bool parallel = stat.size_bytes > options.parallel_above_bytes && !stat.ref.etag.empty();
  if (parallel) {
    opened.bytes =
        std::make_unique<RangeReader>(store, stat, std::move(opened.bytes), ranges, options, stop);
  } else {
    opened.bytes = std::make_unique<ResumingSource>(store, stat, 0, stat.size_bytes, options, stop,
                                                    std::move(opened.bytes));
  }
  return opened;
}

}  // namespace sluice
