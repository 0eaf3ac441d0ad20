// One sample file on its way to disk: counts and checks the raw bytes, packs them if asked to.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

struct isal_zstream;

namespace sluice::samples {

class FileWriter {
 public:
  FileWriter(const std::filesystem::path& path, bool gzip);
  ~FileWriter();
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;

  // Errors (both): std::runtime_error when the file cannot be written.
  void Write(std::string_view raw);
  void Finish();

  uint64_t raw_bytes() const { return raw_bytes_; }
  uint64_t stored_bytes() const { return stored_bytes_; }
  uint32_t raw_crc32() const { return raw_crc32_; }

 private:
  void Pack(std::string_view raw, bool last);
  void Store(const void* bytes, size_t size);

  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::filesystem::path path_;
  std::unique_ptr<std::FILE, Close> file_;
  std::unique_ptr<isal_zstream> gzip_;  // null: plain
  std::vector<uint8_t> level_;          // ISA-L's working memory
  std::vector<uint8_t> packed_;
  uint64_t raw_bytes_ = 0;
  uint64_t stored_bytes_ = 0;
  uint32_t raw_crc32_ = 0;
};

}  // namespace sluice::samples
