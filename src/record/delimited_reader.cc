#include "record/delimited_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace sluice {
namespace {

// How many bytes at the end of `text` are `c`.
size_t CountTrailing(std::string_view text, char c) {
  size_t kept = text.find_last_not_of(c);
  return kept == text.npos ? text.size() : text.size() - kept - 1;
}

class DelimitedSplitter {
 public:
  DelimitedSplitter(const Dialect& dialect, DelimitedOptions options)
      : dialect_(dialect), options_(std::move(options)), header_due_(dialect.header) {}

  size_t FindEnd(std::string_view record) {
    if (looked_ == 0) Start();
    while (looked_ < record.size()) {
      const void* found = std::memchr(record.data() + looked_, '\n', record.size() - looked_);
      if (found == nullptr) return std::string_view::npos;
      auto lf = static_cast<size_t>(static_cast<const char*>(found) - record.data());
      ++lines_;
      bool inside = IsInside(record.substr(0, lf));
      looked_ = lf + 1;
      if (inside) continue;
      looked_ = 0;
      return lf;
    }
    return std::string_view::npos;
  }

  uint64_t lines() const { return std::max<uint64_t>(lines_, 1); }

  std::string_view Trim(std::string_view record) const {
    if (!record.ends_with('\r')) return record;
    std::string_view without = record.substr(0, record.size() - 1);
    return EndsEscaped(without) ? record : without;
  }

  bool Ignores(std::string_view record) {
    if (header_due_) {
      header_due_ = false;
      options_.on_header(record);
      return true;
    }
    return record.empty() && !options_.empty_lines_count;
  }

 private:
  void Start() {
    lines_ = 0;
    quoted_ = false;
  }

  bool EndsEscaped(std::string_view text) const {
    return dialect_.EscapesAnywhere() && CountTrailing(text, dialect_.escape) % 2 == 1;
  }

  // Whether the LF behind `text` is quoted or escaped. Bytes before looked_ are known.
  bool IsInside(std::string_view text) {
    if (dialect_.quote != Dialect::kNone) FollowQuotes(text.substr(looked_));
    return quoted_ || EndsEscaped(text.substr(looked_));
  }

  // As PostgreSQL's COPY csv does: a quote anywhere begins or ends a quoted part. Where quotes are
  // doubled, the pair ends one and begins another, which comes to the same.
  void FollowQuotes(std::string_view text) {
    bool may_escape = dialect_.escape != dialect_.quote && dialect_.escape != Dialect::kNone &&
                      text.find(dialect_.escape) != text.npos;
    if (!may_escape) {
      quoted_ ^= std::count(text.begin(), text.end(), dialect_.quote) % 2 == 1;
      return;
    }
    for (size_t at = 0; at < text.size(); ++at) {
      bool escapes = text[at] == dialect_.escape && (quoted_ || dialect_.EscapesAnywhere());
      if (escapes && at + 1 < text.size() && IsEscapable(text[at + 1])) {
        ++at;
      } else if (text[at] == dialect_.quote) {
        quoted_ = !quoted_;
      }
    }
  }
  bool IsEscapable(char c) const {
    return dialect_.EscapesAnywhere() || c == dialect_.quote || c == dialect_.escape;
  }

  const Dialect dialect_;
  const DelimitedOptions options_;
  bool header_due_;
  // Of the record at hand: bytes up to and with an LF inside it, and what was found there.
  size_t looked_ = 0;
  uint64_t lines_ = 0;
  bool quoted_ = false;
};

}  // namespace

std::unique_ptr<RecordReader> NewDelimitedReader(ByteSource& source, BufferPool& blocks,
                                                 BufferPool& large_records, const Dialect& dialect,
                                                 DelimitedOptions options, const Stop& stop) {
  BlockLimits limits = options.limits;
  return std::make_unique<BlockReader<DelimitedSplitter>>(
      source, blocks, large_records, limits, stop, DelimitedSplitter(dialect, std::move(options)));
}

}  // namespace sluice
