// Traffic feed files in the shape and of the size of a small city's: one every two minutes, with
// jams that last over many of them, alerts and a few irregularities.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace sluice::samples {

struct FeedOptions {
  uint64_t seed = 1;
  uint64_t files = 720;             // a day
  std::filesystem::path directory;  // made; must be empty
};

// "wazedata_2017_11_01_00_02_00_000.json": file 0 is of 2017-11-01 00:00 UTC.
std::string FeedName(uint64_t number);

// The file's JSON, the same for the same seed and number.
std::string MakeFeed(uint64_t seed, uint64_t number);

// Writes the files; returns their bytes. Errors: std::runtime_error as Make.
uint64_t MakeFeeds(const FeedOptions& options);

}  // namespace sluice::samples
