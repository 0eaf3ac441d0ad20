#include "samples/maker.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <numeric>
#include <stdexcept>
#include <thread>

#include <fmt/format.h>

#include "samples/file_writer.h"
#include "samples/resource.h"

namespace sluice::samples {
namespace {

constexpr uint64_t kProbedSubjects = 400;  // enough that their mean is within two percent
constexpr size_t kWriteBytes = 256 * 1024;

// The mean bytes of one subject's resources, from the first subjects of this very world.
double BytesPerSubject(Kind kind, const World& world) {
  uint64_t probed = std::min(kProbedSubjects, Subjects(kind, world));
  std::string text;
  for (uint64_t subject = 0; subject < probed; ++subject) {
    AppendResources(kind, world, subject, text);
  }
  return static_cast<double>(text.size()) / static_cast<double>(probed);
}

uint64_t PatientsFor(const MakerOptions& options, const std::vector<Kind>& kinds) {
  if (options.patients > 0) return options.patients;
  World probe{options.seed, kProbedSubjects};
  double bytes_per_patient = 0;
  for (Kind kind : kinds) {
    bytes_per_patient += BytesPerSubject(kind, probe) * static_cast<double>(Subjects(kind, probe)) /
                         static_cast<double>(probe.patients);
  }
  return std::max<uint64_t>(
      1, static_cast<uint64_t>(static_cast<double>(options.raw_bytes) / bytes_per_patient));
}

// Cuts each kind's subjects into files of about the wanted size; a file's contents do not depend on
// other files.
std::vector<MadeFile> PlanFiles(const MakerOptions& options, const std::vector<Kind>& kinds,
                                const World& world) {
  std::vector<MadeFile> files;
  for (Kind kind : kinds) {
    uint64_t subjects = Subjects(kind, world);
    double kind_bytes = BytesPerSubject(kind, world) * static_cast<double>(subjects);
    auto parts = static_cast<uint64_t>(kind_bytes / static_cast<double>(options.file_bytes)) + 1;
    for (uint64_t part = 0; part < parts; ++part) {
      MadeFile file;
      file.name =
          fmt::format("{}.{:03}.ndjson{}", ToString(kind), part, options.plain ? "" : ".gz");
      file.kind = kind;
      file.first_subject = subjects * part / parts;
      file.end_subject = subjects * (part + 1) / parts;
      if (file.first_subject < file.end_subject) files.push_back(file);
    }
  }
  return files;
}

void MakeFile(const MakerOptions& options, const World& world, MadeFile& file) {
  FileWriter writer(options.directory / file.name, !options.plain);
  std::string text;
  for (uint64_t subject = file.first_subject; subject < file.end_subject; ++subject) {
    file.lines += AppendResources(file.kind, world, subject, text);
    if (text.size() < kWriteBytes) continue;
    writer.Write(text);
    text.clear();
  }
  writer.Write(text);
  writer.Finish();
  file.raw_bytes = writer.raw_bytes();
  file.stored_bytes = writer.stored_bytes();
  file.raw_crc32 = writer.raw_crc32();
}

// Runs the files on threads; the first problem stops all and is thrown here.
void MakeFiles(const MakerOptions& options, const World& world, std::vector<MadeFile>& files) {
  std::atomic<size_t> next{0};
  std::mutex mutex;
  std::exception_ptr problem;
  auto work = [&] {
    try {
      for (size_t at = next++; at < files.size(); at = next++) MakeFile(options, world, files[at]);
    } catch (...) {
      next = files.size();
      std::lock_guard lock(mutex);
      problem = std::current_exception();
    }
  };
  unsigned threads = options.threads != 0 ? options.threads : std::thread::hardware_concurrency();
  {
    std::vector<std::jthread> workers;
    for (unsigned i = 0; i < std::max(threads, 1u); ++i) workers.emplace_back(work);
  }
  if (problem) std::rethrow_exception(problem);
}

struct Sum {
  uint64_t files = 0;
  uint64_t lines = 0;
  uint64_t raw_bytes = 0;
  uint64_t stored_bytes = 0;

  void Add(const MadeFile& file) {
    ++files;
    lines += file.lines;
    raw_bytes += file.raw_bytes;
    stored_bytes += file.stored_bytes;
  }
  std::string Json() const {
    return fmt::format(R"("files": {}, "lines": {}, "raw_bytes": {}, "stored_bytes": {})", files,
                       lines, raw_bytes, stored_bytes);
  }
};

}  // namespace

Made Make(const MakerOptions& options) {
  std::vector<Kind> kinds = options.kinds;
  if (kinds.empty()) {
    for (size_t k = 0; k < kKinds; ++k) kinds.push_back(static_cast<Kind>(k));
  }
  std::filesystem::create_directories(options.directory);
  if (!std::filesystem::is_empty(options.directory)) {
    throw std::runtime_error(options.directory.string() + " is not empty; name a new directory");
  }
  Made made;
  made.world = {options.seed, PatientsFor(options, kinds)};
  made.files = PlanFiles(options, kinds, made.world);
  MakeFiles(options, made.world, made.files);
  std::sort(made.files.begin(), made.files.end(),
            [](const MadeFile& a, const MadeFile& b) { return a.name < b.name; });
  FileWriter counts(options.directory / "COUNTS.json", false);
  counts.Write(CountsJson(made));
  counts.Finish();
  return made;
}

std::string CountsJson(const Made& made) {
  Sum all;
  std::map<std::string_view, Sum> types;
  for (const MadeFile& file : made.files) {
    all.Add(file);
    types[ToString(file.kind)].Add(file);
  }
  std::string out = fmt::format("{{\"seed\": {}, \"patients\": {}, {},\n\"types\": {{",
                                made.world.seed, made.world.patients, all.Json());
  const char* comma = "";
  for (const auto& [type, sum] : types) {
    out += fmt::format("{}\n  \"{}\": {{{}}}", comma, type, sum.Json());
    comma = ",";
  }
  out += "},\n\"objects\": {";
  comma = "";
  for (const MadeFile& file : made.files) {
    out += fmt::format(
        "{}\n  \"{}\": {{\"lines\": {}, \"raw_bytes\": {}, \"stored_bytes\": {}, "
        "\"raw_crc32\": \"{:08x}\"}}",
        comma, file.name, file.lines, file.raw_bytes, file.stored_bytes, file.raw_crc32);
    comma = ",";
  }
  return out + "}}\n";
}

}  // namespace sluice::samples
