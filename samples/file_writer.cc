#include "samples/file_writer.h"

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>

#include <fmt/format.h>

namespace sluice::samples {

FileWriter::FileWriter(const std::filesystem::path& path, bool gzip)
    : path_(path), file_(std::fopen(path.c_str(), "wbe")) {
  if (!file_) throw std::runtime_error(fmt::format("{}: {}", path.string(), std::strerror(errno)));
  if (!gzip) return;
  level_.resize(ISAL_DEF_LVL1_DEFAULT);
  packed_.resize(size_t{1} << 18);
  gzip_ = std::make_unique<isal_zstream>();
  isal_deflate_init(gzip_.get());
  gzip_->level = 1;
  gzip_->level_buf = level_.data();
  gzip_->level_buf_size = static_cast<uint32_t>(level_.size());
  gzip_->gzip_flag = IGZIP_GZIP;
}

FileWriter::~FileWriter() = default;

void FileWriter::Write(std::string_view raw) {
  raw_bytes_ += raw.size();
  raw_crc32_ =
      crc32_gzip_refl(raw_crc32_, reinterpret_cast<const unsigned char*>(raw.data()), raw.size());
  if (gzip_) {
    Pack(raw, false);
  } else {
    Store(raw.data(), raw.size());
  }
}

void FileWriter::Finish() {
  if (gzip_) Pack({}, true);
  if (std::fflush(file_.get()) != 0) Store(nullptr, 1);
  file_.reset();
}

void FileWriter::Pack(std::string_view raw, bool last) {
  // ISA-L takes its input as non-const and leaves it alone.
  gzip_->next_in = reinterpret_cast<uint8_t*>(const_cast<char*>(raw.data()));
  gzip_->avail_in = static_cast<uint32_t>(raw.size());
  gzip_->end_of_stream = last ? 1 : 0;
  do {
    gzip_->next_out = packed_.data();
    gzip_->avail_out = static_cast<uint32_t>(packed_.size());
    if (isal_deflate(gzip_.get()) != COMP_OK) throw std::runtime_error("ISA-L failed");
    Store(packed_.data(), packed_.size() - gzip_->avail_out);
  } while (gzip_->avail_in > 0 || gzip_->avail_out == 0);
}

void FileWriter::Store(const void* bytes, size_t size) {
  if (size == 0) return;
  if (bytes == nullptr || std::fwrite(bytes, 1, size, file_.get()) != size) {
    throw std::runtime_error(fmt::format("{}: {}", path_.string(), std::strerror(errno)));
  }
  stored_bytes_ += size;
}

}  // namespace sluice::samples
