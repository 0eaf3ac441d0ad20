#include "system/table/record_scan.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace sluice {
namespace {

// Records of many lengths, with what must not count behind their end.
TEST(RecordScan, CountsAsALoopOverTheBytesDoes) {
  std::mt19937 random(1);
  const std::array<char, 4> special{'\\', '"', '\r', '\0'};
  const RecordScanner scanner('|', special);
  const std::string few = "abcdefghijklmnopqrstuvwxyz0123456789 -.:|";
  const std::string many = "|||x";
  const std::string odd = "ab|" + std::string(special.begin(), special.end());
  for (int round = 0; round < 3000; ++round) {
    const size_t size = random() % (round % 10 == 0 ? 20'000 : 70);
    const std::string& letters = round % 3 == 0 ? few : round % 3 == 1 ? many : odd;
    std::string text;
    size_t delimiters = 0;
    bool any_special = false;
    for (size_t i = 0; i < size; ++i) {
      text += letters[random() % letters.size()];
      delimiters += text.back() == '|' ? 1 : 0;
      any_special |= std::ranges::count(special, text.back()) > 0;
    }
    for (int i = 0; i < 16; ++i) text += random() % 2 == 0 ? '|' : '\\';
    const RecordScan scan = scanner.Scan(std::string_view(text).substr(0, size));
    ASSERT_EQ(scan.delimiters, delimiters) << size;
    ASSERT_EQ(scan.special, any_special) << size;
  }
}

}  // namespace
}  // namespace sluice
