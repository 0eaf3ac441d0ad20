#include "engine/read_ahead.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/buffer_pool.h"
#include "engine/limits.h"
#include "object/read_object.h"

namespace sluice {
namespace {

ReadObjectOptions ReadOptions(const Pools& pools) {
  return {
      .parallel_above_bytes = limits::kParallelAboveBytes,
      .range_bytes = limits::kRangeBytes,
      .range_reserve_bytes = pools.ranges.capacity() - limits::kReadAheadBytes,
      .ranges_in_flight_max = limits::kRangesInFlightMax,
      .attempts_max = limits::kTransferAttemptsMax,
      .backoff_first = limits::kTransferBackoffFirst,
      .backoff_cap = limits::kTransferBackoffCap,
  };
}

// An object's bytes that are here already.
class FetchedSource final : public ByteSource {
 public:
  FetchedSource(Buffer bytes, size_t size) : bytes_(std::move(bytes)), size_(size) {}

  size_t Read(std::span<char> into) override {
    size_t size = std::min(into.size(), size_ - at_);
    std::memcpy(into.data(), bytes_.data() + at_, size);
    at_ += size;
    return size;
  }

 private:
  Buffer bytes_;
  const size_t size_;
  size_t at_ = 0;
};

bool IsSmall(const Job& job) { return job.object.size_bytes <= limits::kAheadObjectBytes; }

}  // namespace

ReadAhead::ReadAhead(StoreSet& stores, Pools& pools, const Stop& stop)
    : stores_(stores), pools_(pools), stop_(stop) {}

ReadAhead::~ReadAhead() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool ReadAhead::has_room() const {
  return waiting_.size() + limits::kClaimTogether <= limits::kAheadObjectsMax &&
         (waiting_.empty() || IsSmall(waiting_.back()->claimed.job));
}

void ReadAhead::Add(ClaimedJob claimed, bool fetch) {
  // A worker that vanishes has what it held counted against it: an object that was found in such
  // hands is begun at once, so that others' ends are not laid at its door.
  if (claimed.job.crashes > 0) {
    waiting_.push_front(std::make_shared<Item>(Item{.claimed = std::move(claimed)}));
    return;
  }
  fetch = fetch && IsSmall(claimed.job);
  waiting_.push_back(std::make_shared<Item>(Item{.claimed = std::move(claimed)}));
  // One that is alone is opened at once.
  if (!fetch || waiting_.size() < 2) return;
  {
    std::lock_guard lock(mutex_);
    due_.push_back(waiting_.back());
  }
  changed_.notify_all();
  while (threads_.size() < limits::kAheadConnections) {
    threads_.emplace_back([this] { FetchAhead(); });
  }
}

std::optional<ClaimedJob> ReadAhead::Next() {
  current_.reset();
  if (waiting_.empty()) return std::nullopt;
  current_ = std::move(waiting_.front());
  waiting_.pop_front();
  return current_->claimed;
}

OpenObject ReadAhead::Open(const Job& job) {
  std::optional<OpenObject> fetched = TakeFetched(job);
  return fetched ? *std::move(fetched) : OpenNow(job);
}

OpenObject ReadAhead::OpenNow(const Job& job) {
  ObjectRef newest = job.object.ref;
  newest.etag
      .clear();  // whatever version is there now is the one to load; the receipt says which it was
  return ReadObject(stores_.For(newest), newest, pools_.ranges, ReadOptions(pools_), stop_);
}

std::optional<OpenObject> ReadAhead::TakeFetched(const Job& job) {
  std::shared_ptr<Item> item = std::exchange(current_, nullptr);
  if (item == nullptr || item->claimed.job.id != job.id) return std::nullopt;
  std::unique_lock lock(mutex_);
  // The fetching threads are not that far: nothing is won by waiting for them.
  if (std::erase(due_, item) != 0) return std::nullopt;
  changed_.wait(lock, [&] { return item->fetch != Fetch::kUnderWay; });
  if (item->error) std::rethrow_exception(item->error);
  return std::move(item->object);
}

std::shared_ptr<ReadAhead::Item> ReadAhead::AwaitDue() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return ending_ || !due_.empty(); });
  if (ending_) return nullptr;
  std::shared_ptr<Item> item = std::move(due_.front());
  due_.pop_front();
  item->fetch = Fetch::kUnderWay;
  return item;
}

void ReadAhead::FetchAhead() noexcept {
  while (std::shared_ptr<Item> item = AwaitDue()) {
    std::optional<OpenObject> object;
    std::exception_ptr error;
    try {
      object = FetchWhole(item->claimed.job);
    } catch (...) {
      error = std::current_exception();
    }
    std::lock_guard lock(mutex_);
    item->object = std::move(object);
    item->error = error;
    item->fetch = Fetch::kOver;
    changed_.notify_all();
  }
}

// Nothing where the object has grown since it was listed.
std::optional<OpenObject> ReadAhead::FetchWhole(const Job& job) {
  OpenObject object = OpenNow(job);
  if (object.stat.size_bytes > limits::kAheadObjectBytes) return std::nullopt;
  Buffer bytes = pools_.small_objects.TryTake(limits::kAheadObjectBytes);
  if (!bytes) return std::nullopt;
  size_t size = 0;
  while (size < bytes.size()) {
    size_t got = object.bytes->Read(bytes.span().subspan(size));
    if (got == 0) break;
    size += got;
  }
  // A full buffer may not be all of a source that does not know its size.
  if (size == bytes.size() && object.stat.size_bytes != size) return std::nullopt;
  object.bytes = std::make_unique<FetchedSource>(std::move(bytes), size);
  return object;
}

}  // namespace sluice
