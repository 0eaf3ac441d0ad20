#include "engine/spool_store.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "engine/limits.h"
#include "ledger/spool.h"
#include "object/spool_name.h"
#include "pg/pool.h"

namespace sluice {
namespace {

// As many as S3 gives.
constexpr size_t kPageMax = 1000;

Error NoSuchKey(const ObjectRef& ref) {
  return Fault("NoSuchKey", ToString(ref) + " is not in the spool (any more)")
      .Remedy("post the body again: it is kept until its import is over, or for a day");
}

Error NoSuchUpload(const std::string& upload) {
  return Fault("NoSuchUpload", "there is no upload " + upload + " in the spool")
      .With(Scope::kRun)
      .Remedy("post the bodies again: they are kept until their import is over, or for a day");
}

// A stretch of an object, piece by piece, each in one short question.
class SpoolSource final : public ByteSource {
 public:
  SpoolSource(pg::Pool& ledger, SpoolRow object, uint64_t begin, uint64_t end)
      : ledger_(ledger), object_(std::move(object)), at_(begin), end_(end) {}

  size_t Read(std::span<char> into) override {
    if (at_ == end_) return 0;
    uint64_t number = at_ / kSpoolPieceBytes;
    if (number != number_ || piece_.empty()) Fetch(number);
    size_t inside = at_ % kSpoolPieceBytes;
    size_t size = std::min({into.size(), piece_.size() - inside,
                            static_cast<size_t>(std::min<uint64_t>(end_ - at_, SIZE_MAX))});
    std::memcpy(into.data(), piece_.data() + inside, size);
    at_ += size;
    return size;
  }

 private:
  void Fetch(uint64_t number) {
    auto piece = ReadSpoolPiece(*ledger_.Take(), object_.id, number);
    uint64_t size =
        std::min<uint64_t>(object_.stat.size_bytes - number * kSpoolPieceBytes, kSpoolPieceBytes);
    if (!piece || piece->size() != size) throw ObjectChangedError(object_.stat.ref);
    piece_ = std::move(*piece);
    number_ = number;
  }

  pg::Pool& ledger_;
  const SpoolRow object_;
  uint64_t at_;
  const uint64_t end_;
  uint64_t number_ = 0;
  std::string piece_;
};

class SpoolStore final : public ObjectStore {
 public:
  explicit SpoolStore(const Database& database)
      : ledger_([&database] { return database.Connect(Database::Use::kControl); },
                limits::kSpoolSessionsMax, limits::kSpoolSessionWait) {}

  ObjectPage List(const std::string& bucket, const std::string& prefix,
                  const std::string& next) override {
    auto session = ledger_.Take();
    if (!IsUploadId(bucket) || !IsSpoolUploadKnown(*session, bucket)) throw NoSuchUpload(bucket);
    ObjectPage page;
    for (SpoolRow& row : ListSpoolObjects(*session, bucket, prefix, next, kPageMax)) {
      page.objects.push_back(std::move(row.stat));
    }
    if (page.objects.size() == kPageMax) page.next = page.objects.back().ref.key;
    return page;
  }

  ObjectStat Stat(const ObjectRef& ref) override { return Find(ref).stat; }

  OpenObject Open(const ObjectRef& ref, const ByteRange& range) override {
    SpoolRow object = Find(ref);
    uint64_t begin = std::min(range.offset, object.stat.size_bytes);
    uint64_t size = std::min(range.length.value_or(UINT64_MAX), object.stat.size_bytes - begin);
    ObjectStat stat = object.stat;
    return {std::make_unique<SpoolSource>(ledger_, std::move(object), begin, begin + size),
            std::move(stat)};
  }

  ObjectStat Copy(const ObjectRef& from, const ObjectRef&) override { throw ItStays(from); }
  void Remove(const ObjectRef& ref) override { throw ItStays(ref); }
  ObjectStat Put(const ObjectRef& ref, std::string_view) override { throw ItStays(ref); }
  ObjectTags GetTags(const ObjectRef& ref) override { throw ItStays(ref); }
  void PutTags(const ObjectRef& ref, const ObjectTags&) override { throw ItStays(ref); }

 private:
  static Error ItStays(const ObjectRef& ref) {
    return NotSupportedError(ref, "what was posted goes with its import");
  }

  SpoolRow Find(const ObjectRef& ref) {
    std::optional<SpoolRow> object;
    if (IsUploadId(ref.bucket)) object = FindSpoolObject(*ledger_.Take(), ref.bucket, ref.key);
    if (!object) throw NoSuchKey(ref);
    if (!ref.etag.empty() && ref.etag != object->stat.ref.etag) throw ObjectChangedError(ref);
    return std::move(*object);
  }

  pg::Pool ledger_;
};

}  // namespace

std::unique_ptr<ObjectStore> NewSpoolStore(const Database& database) {
  return std::make_unique<SpoolStore>(database);
}

}  // namespace sluice
