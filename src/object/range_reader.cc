#include "object/range_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/unit.h"
#include "object/resuming_source.h"

namespace sluice {
namespace {

// How much of a range arrives before the reader is told.
constexpr size_t kStepBytes = kMiB;
// The longest sleep between two looks at the stop.
constexpr std::chrono::seconds kWaitMax{1};

}  // namespace

RangeReader::RangeReader(ObjectStore& store, const ObjectStat& stat,
                         std::unique_ptr<ByteSource> opened, BufferPool& pool,
                         const ReadObjectOptions& options, const Stop& stop)
    : store_(store),
      stat_(stat),
      pool_(pool),
      options_(options),
      stop_(stop),
      opened_(std::move(opened)) {}

RangeReader::~RangeReader() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
    changed_.notify_all();
  }
  for (std::thread& thread : threads_) thread.join();
}

size_t RangeReader::Read(std::span<char> into) {
  if (!ranges_.empty() && at_ == ranges_.front()->size) {
    ranges_.pop_front();
    at_ = 0;
  }
  Plan();
  if (ranges_.empty()) return 0;
  Range& range = *ranges_.front();
  size_t filled;
  {
    std::unique_lock lock(mutex_);
    while (range.filled == at_ && !range.error) {
      stop_.ThrowIfRequested();
      changed_.wait_for(lock, kWaitMax);
    }
    if (range.filled == at_) throw Error(*range.error);
    filled = range.filled;
  }
  size_t size = std::min(into.size(), filled - at_);
  std::memcpy(into.data(), range.buffer.data() + at_, size);
  at_ += size;
  return size;
}

// Keeps at least one range under way, and as many more as may be and as there is room for. What is
// read ahead leaves every other reader its one: a reader that waits for its only range may hold
// what the others wait for.
void RangeReader::Plan() {
  if (planned_ < stat_.size_bytes && ranges_.empty()) {
    // There is room, see above; should it be late, the stop bounds the wait.
    Enqueue(pool_.Take(options_.range_bytes, stop_, Deadline::Unbounded()));
  }
  while (planned_ < stat_.size_bytes &&
         ranges_.size() < static_cast<size_t>(options_.ranges_in_flight_max)) {
    Buffer buffer = pool_.TryTake(options_.range_bytes, options_.range_reserve_bytes);
    if (!buffer) break;
    Enqueue(std::move(buffer));
  }
}

void RangeReader::Enqueue(Buffer buffer) {
  auto range = std::make_shared<Range>();
  range->begin = planned_;
  range->size =
      static_cast<size_t>(std::min<uint64_t>(options_.range_bytes, stat_.size_bytes - planned_));
  range->buffer = std::move(buffer);
  range->opened = std::move(opened_);
  planned_ += range->size;
  ranges_.push_back(range);
  if (threads_.size() < ranges_.size()) threads_.emplace_back([this] { Work(); });
  std::lock_guard lock(mutex_);
  todo_.push_back(std::move(range));
  changed_.notify_all();
}

void RangeReader::Work() {
  for (;;) {
    std::shared_ptr<Range> range;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return ending_ || !todo_.empty(); });
      if (ending_) return;
      range = std::move(todo_.front());
      todo_.pop_front();
    }
    try {
      Fetch(*range);
    } catch (const Error& error) {
      std::lock_guard lock(mutex_);
      range->error = error;
      changed_.notify_all();
    }
  }
}

void RangeReader::Fetch(Range& range) {
  ResumingSource source(store_, stat_, range.begin, range.begin + range.size, options_, stop_,
                        std::move(range.opened));
  for (size_t at = 0; at < range.size;) {
    size_t got =
        source.Read(range.buffer.span().subspan(at, std::min(kStepBytes, range.size - at)));
    at += got;
    std::lock_guard lock(mutex_);
    if (ending_) return;
    range.filled = at;
    changed_.notify_all();
  }
}

}  // namespace sluice
