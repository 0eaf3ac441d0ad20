// The seeds of a fuzz target, for the test that replays them.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "base/source_dir_testing.h"

namespace sluice {

// The contents of the files of tests/corpus/<target>.
inline std::vector<std::string> Corpus(std::string_view target) {
  std::filesystem::path root = kSourceDir;
  std::vector<std::string> seeds;
  for (const auto& file : std::filesystem::directory_iterator(root / "tests/corpus" / target)) {
    std::ifstream in(file.path(), std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
  }
  return seeds;
}

}  // namespace sluice
