#include "record/ndjson_reader.h"

#include <cstring>
#include <string_view>

namespace sluice {
namespace {

class LineSplitter {
 public:
  size_t FindEnd(std::string_view record) {
    const void* lf = std::memchr(record.data() + looked_, '\n', record.size() - looked_);
    if (lf == nullptr) {
      looked_ = record.size();
      return std::string_view::npos;
    }
    looked_ = 0;
    return static_cast<size_t>(static_cast<const char*>(lf) - record.data());
  }

  static uint64_t lines() { return 1; }

  static std::string_view Trim(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
  }

  static bool Ignores(std::string_view line) {
    return line.find_first_not_of(" \t\r") == std::string_view::npos;
  }

 private:
  size_t looked_ = 0;  // bytes of the record that hold no LF
};

}  // namespace

std::unique_ptr<RecordReader> NewNdjsonReader(ByteSource& source, BufferPool& blocks,
                                              BufferPool& large_records, const NdjsonLimits& limits,
                                              const Stop& stop) {
  return std::make_unique<BlockReader<LineSplitter>>(source, blocks, large_records, limits, stop,
                                                     LineSplitter());
}

}  // namespace sluice
