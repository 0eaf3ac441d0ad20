// One object in memory behind an ObjectStore whose connections drop when the test says so.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "bytes/byte_source_testing.h"
#include "object/object_store.h"

namespace sluice {

class MemoryStore final : public ObjectStore {
 public:
  explicit MemoryStore(std::string body, std::string etag = "v1")
      : body_(std::move(body)), etag_(std::move(etag)) {}

  // Every transfer ends after so many bytes with a passing fault; 0: when it is opened.
  void DropAfter(std::optional<uint64_t> bytes) {
    std::lock_guard lock(mutex_);
    drop_after_ = bytes;
  }
  void Change(std::string body, std::string etag) {
    std::lock_guard lock(mutex_);
    body_ = std::move(body);
    etag_ = std::move(etag);
  }
  std::vector<ByteRange> opened() const {
    std::lock_guard lock(mutex_);
    return opened_;
  }

  OpenObject Open(const ObjectRef& ref, const ByteRange& range) override {
    std::lock_guard lock(mutex_);
    opened_.push_back(range);
    if (!ref.etag.empty() && ref.etag != etag_) throw ObjectChangedError(ref);
    if (drop_after_ == 0) throw Dropped();
    ObjectStat stat{ref, body_.size(), {}};
    stat.ref.etag = etag_;
    std::string piece = body_.substr(range.offset, range.length.value_or(std::string::npos));
    return {std::make_unique<Source>(std::move(piece), drop_after_), stat};
  }
  ObjectStat Stat(const ObjectRef& ref) override { return Open(ref, {}).stat; }

  ObjectPage List(const std::string&, const std::string&, const std::string&) override {
    throw No();
  }
  ObjectStat Copy(const ObjectRef&, const ObjectRef&) override { throw No(); }
  void Remove(const ObjectRef&) override { throw No(); }
  ObjectStat Put(const ObjectRef&, std::string_view) override { throw No(); }
  ObjectTags GetTags(const ObjectRef&) override { throw No(); }
  void PutTags(const ObjectRef&, const ObjectTags&) override { throw No(); }

 private:
  static Error Dropped() {
    return Error(Origin::kAws, "ConnectionFailed", "dropped").With(Retry::kLater);
  }
  static Error No() { return Fault("NotSupported", "a store of one object"); }

  class Source final : public ByteSource {
   public:
    Source(std::string piece, std::optional<uint64_t> drop_after)
        : piece_(std::move(piece)), drop_after_(drop_after) {}
    size_t Read(std::span<char> into) override {
      uint64_t end = std::min<uint64_t>(piece_.size(), drop_after_.value_or(piece_.size()));
      size_t size = std::min<size_t>(into.size(), end - at_);
      if (size == 0 && at_ < piece_.size()) throw Dropped();
      std::memcpy(into.data(), piece_.data() + at_, size);
      at_ += size;
      return size;
    }

   private:
    const std::string piece_;
    const std::optional<uint64_t> drop_after_;
    size_t at_ = 0;
  };

  mutable std::mutex mutex_;
  std::string body_;
  std::string etag_;
  std::optional<uint64_t> drop_after_;
  std::vector<ByteRange> opened_;
};

}  // namespace sluice
