#include "bytes/pack_testing.h"

#include <bzlib.h>
#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <zstd.h>

#include <vector>

#include "base/check.h"

namespace sluice {
namespace {

void AppendLittleEndian(std::string& out, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> (8 * i)));
}

uint32_t Crc(std::string_view bytes) {
  return crc32_gzip_refl(0, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace

std::string Gzip(std::string_view text) {
  isal_zstream stream;
  isal_deflate_init(&stream);
  std::vector<uint8_t> work(ISAL_DEF_LVL1_DEFAULT);
  stream.level = 1;
  stream.level_buf = work.data();
  stream.level_buf_size = static_cast<uint32_t>(work.size());
  stream.gzip_flag = IGZIP_GZIP;
  stream.end_of_stream = 1;
  std::string packed(text.size() + text.size() / 100 + 1024, '\0');
  stream.next_in = reinterpret_cast<uint8_t*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uint32_t>(text.size());
  stream.next_out = reinterpret_cast<uint8_t*>(packed.data());
  stream.avail_out = static_cast<uint32_t>(packed.size());
  CHECK(isal_deflate(&stream) == COMP_OK && stream.avail_in == 0);
  packed.resize(packed.size() - stream.avail_out);
  return packed;
}

std::string Zstd(std::string_view text, int level) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  size_t size = ZSTD_compress2(context, packed.data(), packed.size(), text.data(), text.size());
  ZSTD_freeCCtx(context);
  CHECK(ZSTD_isError(size) == 0);
  packed.resize(size);
  return packed;
}

std::string Bzip2(std::string_view text) {
  std::string packed(text.size() + text.size() / 50 + 1024, '\0');
  auto size = static_cast<unsigned>(packed.size());
  int answer = BZ2_bzBuffToBuffCompress(packed.data(), &size, const_cast<char*>(text.data()),
                                        static_cast<unsigned>(text.size()), 9, 0, 0);
  CHECK(answer == BZ_OK);
  packed.resize(size);
  return packed;
}

std::string GzipWithFullHeader(std::string_view text) {
  std::string packed("\x1f\x8b\x08\x1e\0\0\0\0\0\x03", 10);
  AppendLittleEndian(packed, 300, 2);
  packed.append(300, 'x');
  packed.append("name.ndjson").push_back('\0');
  packed.append("a comment").push_back('\0');
  AppendLittleEndian(packed, Crc(packed) & 0xffff, 2);
  CHECK(text.size() <= 0xffff);
  packed.push_back('\x01');  // the last block, stored
  AppendLittleEndian(packed, text.size(), 2);
  AppendLittleEndian(packed, ~text.size() & 0xffff, 2);
  packed.append(text);
  AppendLittleEndian(packed, Crc(text), 4);
  AppendLittleEndian(packed, text.size(), 4);
  return packed;
}

}  // namespace sluice
