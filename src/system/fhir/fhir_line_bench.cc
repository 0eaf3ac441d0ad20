// How fast one core brings FHIR files from packed bytes to COPY data, without any database:
//
//   fhir_line_bench FILE...
//
// prints, per file and together, MB of JSON per second of CPU time for three lengths of the line:
// inflate; inflate and split into lines; the whole line, with validation and encoding. A file's
// type is its name up to the first dot. Best of several rounds, since other programs only ever make
// a round slower.
#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>

#include <fmt/format.h>

#include "base/error.h"
#include "base/unit.h"
#include "bytes/byte_source_testing.h"
#include "bytes/unpack.h"
#include "engine/limits.h"
#include "record/ndjson_reader.h"
#include "system/fhir/fhir_mapper.h"

namespace sluice {
namespace {

constexpr double kSecondsPerFigure = 0.3;

struct File {
  std::string name;
  std::string type;
  std::string packed;
};

struct Totals {
  uint64_t bytes = 0;
  uint64_t records = 0;
  uint64_t rejects = 0;
};

File ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw Fault("no-such-file", fmt::format("cannot read {}", path.string()));
  std::string name = path.filename().string();
  return {name, name.substr(0, name.find('.')),
          std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>())};
}

std::unique_ptr<ByteSource> Open(const File& file) {
  return Unpack(std::make_unique<StringSource>(file.packed), {1000 * kGiB, 10'000, kGiB});
}

Totals Inflate(const File& file) {
  auto source = Open(file);
  static std::string buffer(limits::kBlockBytes, '\0');
  Totals totals;
  while (size_t got = source->Read(buffer)) totals.bytes += got;
  return totals;
}

// Reads the records, and hands each block to `use`.
template <class Use>
Totals Split(const File& file, Use use) {
  static BufferPool blocks(limits::kBlockBytes), large(limits::kLargeRecordPoolBytes);
  static Stop stop;
  auto source = Open(file);
  auto reader =
      NewNdjsonReader(*source, blocks, large, {limits::kBlockBytes, limits::kRecordBytesMax}, stop);
  Totals totals;
  RecordBlock block;
  while (reader->Read(block)) {
    totals.bytes += block.bytes;
    totals.records += block.records.size();
    use(block, totals);
  }
  return totals;
}

Totals InflateAndSplit(const File& file) {
  return Split(file, [](const RecordBlock&, Totals&) {});
}

Totals WholeLine(const File& file) {
  auto mapper = NewFhirMapper(file.type, 1, 0);
  static Rows rows;
  std::vector<Reject> rejects;
  return Split(file, [&](const RecordBlock& block, Totals& totals) {
    rows.clear();
    mapper->Map(block, rows, rejects);
    totals.rejects = rejects.size();
  });
}

double CpuSeconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// Seconds of the best round; `totals` gets a round's.
template <class Stage>
double Measure(const File& file, Stage stage, Totals& totals) {
  double best = std::numeric_limits<double>::infinity();
  double start = CpuSeconds();
  do {
    double begin = CpuSeconds();
    totals = stage(file);
    best = std::min(best, CpuSeconds() - begin);
  } while (CpuSeconds() - start < kSecondsPerFigure);
  return best;
}

struct Figures {
  Totals totals;
  double inflate = 0;  // seconds
  double split = 0;
  double whole = 0;
};

void Print(const std::string& name, const Figures& figures) {
  const Totals& totals = figures.totals;
  auto rate = [&totals](double seconds) {
    return static_cast<double>(totals.bytes) / 1e6 / seconds;
  };
  fmt::print("{:<36} {:>9} {:>9} {:>9} {:>10.0f} {:>10.0f} {:>10.0f}\n", name,
             FormatBytes(totals.bytes), FormatCount(totals.records), FormatCount(totals.rejects),
             rate(figures.inflate), rate(figures.split), rate(figures.whole));
}

Figures Run(const std::filesystem::path& path) {
  File file = ReadFile(path);
  Figures figures;
  figures.inflate = Measure(file, Inflate, figures.totals);
  figures.split = Measure(file, InflateAndSplit, figures.totals);
  figures.whole = Measure(file, WholeLine, figures.totals);
  Print(file.name, figures);
  return figures;
}

void Add(const Figures& figures, Figures& sum) {
  sum.totals.bytes += figures.totals.bytes;
  sum.totals.records += figures.totals.records;
  sum.totals.rejects += figures.totals.rejects;
  sum.inflate += figures.inflate;
  sum.split += figures.split;
  sum.whole += figures.whole;
}

}  // namespace
}  // namespace sluice

int main(int count, char** arguments) {
  if (count < 2) {
    fmt::print(stderr, "usage: fhir_line_bench FILE...\n");
    return 2;
  }
  fmt::print("{:<36} {:>9} {:>9} {:>9} {:>10} {:>10} {:>10}   (MB/s of JSON, one core)\n", "file",
             "json", "records", "rejects", "inflate", "+ split", "whole line");
  try {
    sluice::Figures sum;
    for (int i = 1; i < count; ++i) sluice::Add(sluice::Run(arguments[i]), sum);
    sluice::Print("together", sum);
  } catch (const sluice::Error& error) {
    fmt::print(stderr, "fhir_line_bench: {}\n", error.what());
    return 1;
  }
  return 0;
}
