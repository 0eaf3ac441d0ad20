#include "system/table/table_reader.h"

#include <array>
#include <string>
#include <utility>

#include "base/error.h"
#include "engine/limits.h"
#include "record/delimited_reader.h"
#include "record/ndjson_reader.h"

namespace sluice {
namespace {

struct Foreign {
  std::string_view magic;
  std::string_view name;
  std::string_view remedy;
};
// Magic bytes: https://parquet.apache.org/docs/file-format/, https://orc.apache.org/specification/,
// https://avro.apache.org/docs/1.11.1/specification/ ("Object Container Files").
constexpr std::array kForeign = std::to_array<Foreign>({
    {"PAR1", "Parquet", "unload without FORMAT PARQUET: as CSV, or with DELIMITER and ESCAPE"},
    {"ORC", "ORC", "write it as CSV or JSON"},
    {std::string_view("Obj\x01", 4), "Avro", "write it as CSV or JSON"},
    {"\xff\xfe", "text in UTF-16", "convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)"},
    {"\xfe\xff", "text in UTF-16", "convert it to UTF-8 (iconv -f UTF-16 -t UTF-8)"},
});

// Passes the bytes on once their beginning is known to be no other format's.
class CheckedSource final : public ByteSource {
 public:
  explicit CheckedSource(ByteSource& source) : source_(source) {}

  size_t Read(std::span<char> into) override {
    size_t got = source_.Read(into);
    if (begun_) return got;
    begun_ = true;
    while (got != 0 && got < kMagicBytes && got < into.size()) {
      size_t more = source_.Read(into.subspan(got));
      if (more == 0) break;
      got += more;
    }
    Check({into.data(), got});
    return got;
  }

 private:
  static constexpr size_t kMagicBytes = 4;

  static void Check(std::string_view begin) {
    for (const Foreign& foreign : kForeign) {
      if (!begin.starts_with(foreign.magic)) continue;
      throw Fault("format-unsupported",
                  "the object is " + std::string(foreign.name) + ", which sluice does not read")
          .Remedy(std::string(foreign.remedy));
    }
  }

  ByteSource& source_;
  bool begun_ = false;
};

class TableReader final : public RecordReader {
 public:
  TableReader(ByteSource& bytes, const ReaderContext& context, const TableOptions& options,
              size_t columns, std::function<void(std::string_view)> on_header)
      : source_(bytes) {
    BlockLimits block{limits::kBlockBytes, limits::kRecordBytesMax};
    if (options.json) {
      reader_ =
          NewNdjsonReader(source_, context.blocks, context.large_records, block, context.stop);
    } else {
      reader_ = NewDelimitedReader(source_, context.blocks, context.large_records, options.dialect,
                                   {block, columns == 1, std::move(on_header)}, context.stop);
    }
  }

  bool Read(RecordBlock& block) override { return reader_->Read(block); }

 private:
  CheckedSource source_;
  std::unique_ptr<RecordReader> reader_;
};

}  // namespace

std::unique_ptr<RecordReader> NewTableReader(ByteSource& bytes, const ReaderContext& context,
                                             const TableOptions& options, size_t columns,
                                             std::function<void(std::string_view)> on_header) {
  return std::make_unique<TableReader>(bytes, context, options, columns, std::move(on_header));
}

}  // namespace sluice
