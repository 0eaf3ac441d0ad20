#include "system/terminology/script_source.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "engine/limits.h"
#include "object/file_error.h"
#include "record/delimited_parser.h"
#include "record/delimited_reader.h"
#include "record/ndjson_reader.h"
#include "record/utf8.h"
#include "system/terminology/csv_script.h"

namespace sluice::ocl {
namespace {

// Of a script, to tell its format: longer than any header that the five types' columns make.
constexpr size_t kLookedAt = 64 * kKiB;
constexpr size_t kWriteBytes = 256 * kKiB;

// Bytes whose beginning was looked at.
class Peeked final : public ByteSource {
 public:
  explicit Peeked(ByteSource& rest) : rest_(rest) {
    head_.resize(kLookedAt);
    size_t size = 0;
    while (size < head_.size()) {
      size_t got = rest_.Read(std::span(head_).subspan(size));
      if (got == 0) break;
      size += got;
    }
    head_.resize(size);
  }

  const std::string& head() const { return head_; }

  size_t Read(std::span<char> into) override {
    if (given_ == head_.size()) return rest_.Read(into);
    size_t size = std::min(into.size(), head_.size() - given_);
    std::memcpy(into.data(), head_.data() + given_, size);
    given_ += size;
    return size;
  }

 private:
  ByteSource& rest_;
  std::string head_;
  size_t given_ = 0;
};

// Text that waits on disk, in a file without a name: it goes with the process.
class WaitingText {
 public:
  WaitingText() = default;
  ~WaitingText() {
    if (file_ >= 0) close(file_);
  }
  WaitingText(const WaitingText&) = delete;
  WaitingText& operator=(const WaitingText&) = delete;

  // Takes the bytes out of `text`.
  void Append(std::string& text) {
    if (text.empty()) return;
    if (file_ < 0) Open();
    std::string_view left = text;
    while (!left.empty()) {
      ssize_t wrote = write(file_, left.data(), left.size());
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote < 0) Fail();
      left.remove_prefix(static_cast<size_t>(wrote));
    }
    text.clear();
  }

  // From the beginning on; 0: that is all.
  size_t Read(std::span<char> into) {
    if (file_ < 0) return 0;
    ssize_t got = -1;
    do {
      got = pread(file_, into.data(), into.size(), at_);
    } while (got < 0 && errno == EINTR);
    if (got < 0) Fail();
    at_ += got;
    return static_cast<size_t>(got);
  }

 private:
  static std::string Directory() { return std::filesystem::temp_directory_path().string(); }

  [[noreturn]] static void Fail() {
    throw FileError(errno, Directory()).Within("setting a script's lines aside");
  }

  void Open() {
    file_ = open(Directory().c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file_ < 0) Fail();
  }

  int file_ = -1;
  off_t at_ = 0;
};

// The cells of a record; valid until the next call.
class Cells {
 public:
  std::span<const std::string_view> Of(std::string_view record) {
    if (size_t at = Utf8FaultAt(record); at < record.size()) Refuse(DelimitedFault::kUtf8, at);
    DelimitedVerdict verdict = parser_.Parse(record);
    if (!verdict) Refuse(verdict.fault, verdict.at);
    cells_.clear();
    for (const DelimitedParser::Field& field : parser_.fields()) cells_.push_back(field.value);
    return cells_;
  }

 private:
  [[noreturn]] static void Refuse(DelimitedFault fault, size_t at) {
    throw Fault(std::string(ToReason(fault)), Message(fault, at))
        .Remedy(fmt::format("{}; nothing was applied", Remedy(fault)));
  }

  DelimitedParser parser_{Dialect::Csv()};
  std::vector<std::string_view> cells_;
};

// A table's lines of JSON, pass by pass.
class ConvertedTable final : public ByteSource {
 public:
  ConvertedTable(ByteSource& table, const ReaderContext& context) {
    auto reader = NewDelimitedReader(
        table, context.blocks, context.large_records, Dialect::Csv(),
        {.limits = {.block_bytes = limits::kBlockBytes, .record_bytes = limits::kRecordBytesMax}},
        context.stop);
    RecordBlock block;
    while (reader->Read(block)) {
      for (const Record& record : block.records) Take(record);
    }
    for (size_t pass = 0; pass < csv::Script::kPasses; ++pass) waiting_[pass].Append(lines_[pass]);
  }

  size_t Read(std::span<char> into) override {
    for (; pass_ < waiting_.size(); ++pass_) {
      if (size_t got = waiting_[pass_].Read(into); got != 0) return got;
    }
    return 0;
  }

 private:
  void Take(const Record& record) {
    try {
      std::span<const std::string_view> cells = cells_.Of(record.bytes);
      if (!script_) {
        std::vector<std::string> header(cells.begin(), cells.end());
        script_.emplace(header);
        return;
      }
      script_->Append(cells, record.position.line, lines_);
    } catch (Error& error) {
      error.Within(fmt::format("line {}, which starts at byte {}", record.position.line,
                               record.position.byte_offset));
      throw;
    }
    for (size_t pass = 0; pass < csv::Script::kPasses; ++pass) {
      if (lines_[pass].size() >= kWriteBytes) waiting_[pass].Append(lines_[pass]);
    }
  }

  Cells cells_;
  std::optional<csv::Script> script_;
  std::array<std::string, csv::Script::kPasses> lines_;
  std::array<WaitingText, csv::Script::kPasses> waiting_;
  size_t pass_ = 0;
};

bool IsTable(std::string_view head) {
  std::string_view first = head.substr(0, head.find('\n'));
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (first.starts_with(kByteOrderMark)) first.remove_prefix(kByteOrderMark.size());
  if (first.ends_with('\r')) first.remove_suffix(1);
  DelimitedParser parser(Dialect::Csv());
  if (!parser.Parse(first)) return false;
  return std::ranges::find(parser.fields(), csv::kTypeColumn, &DelimitedParser::Field::value) !=
         parser.fields().end();
}

class ScriptReader final : public RecordReader {
 public:
  ScriptReader(ByteSource& bytes, const ReaderContext& context) : bytes_(bytes) {
    if (IsTable(bytes_.head())) table_.emplace(bytes_, context);
    ByteSource& lines = table_ ? static_cast<ByteSource&>(*table_) : bytes_;
    reader_ = NewNdjsonReader(
        lines, context.blocks, context.large_records,
        {.block_bytes = limits::kBlockBytes, .record_bytes = limits::kRecordBytesMax},
        context.stop);
  }

  bool Read(RecordBlock& block) override { return reader_->Read(block); }

 private:
  Peeked bytes_;
  std::optional<ConvertedTable> table_;
  std::unique_ptr<RecordReader> reader_;
};

}  // namespace

std::unique_ptr<RecordReader> OpenScript(ByteSource& bytes, const ReaderContext& context) {
  return std::make_unique<ScriptReader>(bytes, context);
}

}  // namespace sluice::ocl
