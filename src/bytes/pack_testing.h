// Compressors for tests: the other direction of Unpack.
#pragma once

#include <string>
#include <string_view>

namespace sluice {

std::string Gzip(std::string_view text);
std::string Zstd(std::string_view text, int level = 3);
std::string Bzip2(std::string_view text);

// One gzip member with every optional header field and a header checksum, holding `text` stored.
std::string GzipWithFullHeader(std::string_view text);

}  // namespace sluice
