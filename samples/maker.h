// Makes a set of sample files: which there are, how large, and what is in them. The records are the
// same bytes for the same options on any machine and number of threads; their gzip form may differ
// between processor generations, because ISA-L picks its code by processor.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "samples/world.h"

namespace sluice::samples {

struct MakerOptions {
  uint64_t seed = 1;
  uint64_t patients = 0;  // 0: as many as raw_bytes asks for
  uint64_t raw_bytes =
      100'000'000;  // of all files together, before compression; met within a few percent
  uint64_t file_bytes = 32'000'000;  // of one file, before compression; likewise
  bool plain = false;                // no gzip, files end in .ndjson
  std::vector<Kind> kinds;           // empty: all
  std::filesystem::path directory;   // made; must be empty
  unsigned threads = 0;              // 0: as many as there are processors
};

struct MadeFile {
  std::string name;
  Kind kind{};
  uint64_t first_subject = 0;  // [first_subject, end_subject)
  uint64_t end_subject = 0;
  uint64_t lines = 0;
  uint64_t raw_bytes = 0;
  uint64_t stored_bytes = 0;
  uint32_t raw_crc32 = 0;
};

struct Made {
  World world{};
  std::vector<MadeFile> files;  // by name
};

// Writes the files and COUNTS.json beside them.
// Errors: std::runtime_error when the directory is not empty or cannot be written.
Made Make(const MakerOptions& options);

// What COUNTS.json holds: seed, patients, totals, and lines and bytes per type and per file.
std::string CountsJson(const Made& made);

}  // namespace sluice::samples
