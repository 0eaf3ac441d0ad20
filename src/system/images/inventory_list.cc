#include "system/images/inventory_list.h"

#include <fmt/format.h>

#include <functional>
#include <optional>

#include "base/buffer_pool.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/md5_stream.h"
#include "bytes/unpack.h"
#include "engine/limits.h"
#include "object/read_object.h"
#include "record/delimited_reader.h"
#include "system/images/inventory_manifest.h"
#include "system/images/inventory_row.h"
#include "system/images/limits.h"
#include "system/images/whole_object.h"

namespace sluice {
namespace {

using RowReader = std::function<ReadRow(std::span<const DelimitedParser::Field>)>;

// The bytes as they pass, with their digest and their number.
class DigestedSource : public ByteSource {
 public:
  explicit DigestedSource(std::unique_ptr<ByteSource> inner) : inner_(std::move(inner)) {}

  size_t Read(std::span<char> into) override {
    size_t size = inner_->Read(into);
    digest_.Add({into.data(), size});
    bytes_ += size;
    return size;
  }
  std::string Finish() { return Hex(digest_.Finish()); }
  uint64_t bytes() const { return bytes_; }

 private:
  std::unique_ptr<ByteSource> inner_;
  Md5Stream digest_;
  uint64_t bytes_ = 0;
};

// Memory of one list, whatever its size.
struct ListPools {
  BufferPool ranges{limits::kRangeBytes};
  BufferPool blocks{limits::kInventoryBlockBytes};
  BufferPool large{limits::kInventoryRowBytesMax + kKiB};
};

Error Differs(const ObjectRef& file, const std::string& how) {
  return Fault("inventory-differs",
               ToString(file) + " is not the file that its manifest lists: " + how)
      .With(Scope::kRun)
      .Remedy("load the next report");
}

// One file of rows.
class RowFile {
 public:
  RowFile(ObjectStore& store, const ObjectRef& ref, ListPools& pools, const Stop& stop)
      : stop_(stop), ref_(ref) {
    OpenObject open = ReadObject(store, ref, pools.ranges, ReadOptions(), stop);
    size_bytes_ = open.stat.size_bytes;
    auto digested = std::make_unique<DigestedSource>(std::move(open.bytes));
    packed_ = digested.get();
    unpacked_ = Unpack(std::move(digested), UnpackBounds());
    DelimitedOptions options;
    options.limits = {limits::kInventoryBlockBytes, limits::kInventoryRowBytesMax};
    reader_ =
        NewDelimitedReader(*unpacked_, pools.blocks, pools.large, Dialect::Csv(), options, stop);
  }

  // Adds the next rows; false at the end.
  bool Read(const RowReader& read, std::vector<ListedObject>& page) {
    stop_.ThrowIfRequested();
    if (!reader_->Read(block_)) return false;
    for (const Record& record : block_.records) {
      DelimitedVerdict verdict = parser_.Parse(record.bytes);
      if (!verdict) throw BadRow(record, "it is no CSV");
      ReadRow row = read(parser_.fields());
      if (!row.fault.empty()) throw BadRow(record, row.fault);
      page.push_back(std::move(row.listed));
    }
    return true;
  }

  const ObjectRef& ref() const { return ref_; }
  uint64_t size_bytes() const { return size_bytes_; }
  std::string Digest() { return packed_->Finish(); }

 private:
  static ReadObjectOptions ReadOptions() {
    return {.parallel_above_bytes = limits::kUnpackedBytesMax,
            .range_bytes = limits::kRangeBytes,
            .ranges_in_flight_max = 1,
            .attempts_max = limits::kTransferAttemptsMax,
            .backoff_first = limits::kTransferBackoffFirst,
            .backoff_cap = limits::kTransferBackoffCap};
  }
  static UnpackLimits UnpackBounds() {
    return {.unpacked_bytes_max = limits::kUnpackedBytesMax,
            .ratio_max = limits::kExpansionRatioMax,
            .ratio_free_bytes = limits::kExpansionFreeBytes};
  }
  Error BadRow(const Record& record, const std::string& why) const {
    return Fault("inventory-row",
                 fmt::format("{}: line {}, byte {}: the row cannot be read: {}", ToString(ref_),
                             record.position.line, record.position.byte_offset, why))
        .With(Scope::kRun)
        .Remedy("look at the list there; nothing of it was registered that stands below");
  }

  const Stop& stop_;
  const ObjectRef ref_;
  uint64_t size_bytes_ = 0;
  DigestedSource* packed_ = nullptr;
  std::unique_ptr<ByteSource> unpacked_;
  std::unique_ptr<RecordReader> reader_;
  RecordBlock block_;
  DelimitedParser parser_{Dialect::Csv()};
};

class InventoryList final : public ObjectList {
 public:
  InventoryList(ObjectStore& store, const std::string& bucket, const std::string& manifest_key,
                const Stop& stop)
      : store_(store), stop_(stop) {
    ObjectRef place{"", bucket, manifest_key, ""};
    std::string text = ReadWholeObject(store, place, limits::kManifestBytesMax);
    ObjectRef checksum = place;
    checksum.key = manifest_key.substr(0, manifest_key.rfind('/') + 1) + "manifest.checksum";
    try {
      manifest_ = ParseInventoryManifest(text);
      CheckManifest(text, ReadWholeObject(store, checksum, limits::kManifestBytesMax));
    } catch (Error& error) {
      error.Within(ToString(place)).With(Scope::kRun);
      throw;
    }
    bucket_ = bucket;
    store_id_ = store.Stat(place).ref.store;
  }

  bool Next(std::vector<ListedObject>& page) override {
    page.clear();
    while (page.empty()) {
      if (!file_ && !OpenNext()) return false;
      if (!file_->Read(
              [this](auto fields) {
                return ReadInventoryRow(fields, manifest_.columns, store_id_);
              },
              page)) {
        Finish();
      }
    }
    return true;
  }

 private:
  const InventoryManifest::File& listed() const { return manifest_.files[next_ - 1]; }

  // The files lie where the manifest says; a report that was copied elsewhere has them beside it.
  bool OpenNext() {
    if (next_ == manifest_.files.size()) return false;
    ++next_;
    file_.emplace(store_, ObjectRef{store_id_, bucket_, listed().key, ""}, pools_, stop_);
    if (file_->size_bytes() != listed().size_bytes) {
      throw Differs(file_->ref(), fmt::format("it has {} bytes instead of {}", file_->size_bytes(),
                                              listed().size_bytes));
    }
    return true;
  }

  void Finish() {
    if (!listed().md5.empty() && file_->Digest() != listed().md5) {
      throw Differs(file_->ref(), "its MD5 is another");
    }
    file_.reset();
  }

  ObjectStore& store_;
  const Stop& stop_;
  InventoryManifest manifest_;
  std::string bucket_;
  std::string store_id_;
  ListPools pools_;
  std::optional<RowFile> file_;
  size_t next_ = 0;
};

class BatchList final : public ObjectList {
 public:
  BatchList(ObjectStore& store, const std::string& bucket, const std::string& key, const Stop& stop)
      : store_id_(store.Stat({"", bucket, key, ""}).ref.store),
        file_(store, {store_id_, bucket, key, ""}, pools_, stop) {}

  bool Next(std::vector<ListedObject>& page) override {
    page.clear();
    return file_.Read([this](auto fields) { return ReadBatchRow(fields, store_id_); }, page);
  }

 private:
  const std::string store_id_;
  ListPools pools_;
  RowFile file_;
};

}  // namespace

std::unique_ptr<ObjectList> OpenInventory(ObjectStore& store, const std::string& bucket,
                                          const std::string& manifest_key, const Stop& stop) {
  return std::make_unique<InventoryList>(store, bucket, manifest_key, stop);
}

std::unique_ptr<ObjectList> OpenBatchManifest(ObjectStore& store, const std::string& bucket,
                                              const std::string& key, const Stop& stop) {
  return std::make_unique<BatchList>(store, bucket, key, stop);
}

}  // namespace sluice
