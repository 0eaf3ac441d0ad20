// sluice-samples: the command line of the sample maker.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "samples/feed.h"
#include "samples/maker.h"

namespace sluice::samples {
namespace {

constexpr const char* kHelp =
    R"(sluice-samples: makes realistic FHIR R4 files (.ndjson.gz) in the shape that Synthea exports,
or traffic feeds

  sluice-samples --out DIR [options]

  --out DIR         where the files go, with COUNTS.json beside them; must be empty
  --raw-size SIZE   bytes of all files before compression (100MB)
  --patients N      so many patients instead
  --file-size SIZE  bytes of one file before compression (32MB)
  --types LIST      only these resource types, separated by commas (all 17)
  --seed N          another seed, another world (1)
  --plain           no compression: .ndjson
  --threads N       (all processors)

or traffic feed files, one for every two minutes, with only --out and --seed:

  --feeds N         so many files (a day has 720, a month 21600)

The same options give the same records on any machine.
)";

uint64_t Number(std::string_view text, std::string_view option) {
  char* end = nullptr;
  std::string copy(text);
  uint64_t value = std::strtoull(copy.c_str(), &end, 10);
  if (copy.empty() || *end != '\0' || copy[0] == '-') {
    throw std::invalid_argument(fmt::format("{}: {} is no number", option, text));
  }
  return value;
}

uint64_t Size(std::string_view text, std::string_view option) {
  struct Unit {
    std::string_view suffix;
    uint64_t bytes;
  };
  constexpr Unit kUnits[] = {{"GB", 1'000'000'000}, {"MB", 1'000'000}, {"kB", 1000}, {"KB", 1000}};
  for (const Unit& unit : kUnits) {
    if (!text.ends_with(unit.suffix)) continue;
    return Number(text.substr(0, text.size() - unit.suffix.size()), option) * unit.bytes;
  }
  return Number(text, option);
}

std::vector<Kind> Kinds(std::string_view list) {
  std::vector<Kind> kinds;
  while (!list.empty()) {
    std::string_view name = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), name.size() + 1));
    size_t k = 0;
    while (k < kKinds && ToString(static_cast<Kind>(k)) != name) ++k;
    if (k == kKinds) throw std::invalid_argument(fmt::format("--types: no samples of {}", name));
    kinds.push_back(static_cast<Kind>(k));
  }
  return kinds;
}

struct Arguments : MakerOptions {
  uint64_t feeds = 0;
};

Arguments ParseArguments(int argc, char** argv) {
  Arguments options;
  for (int i = 1; i < argc; ++i) {
    std::string_view option = argv[i];
    std::string_view value;
    if (option == "--plain") {
      options.plain = true;
      continue;
    }
    if (size_t equals = option.find('='); equals != std::string_view::npos) {
      value = option.substr(equals + 1);
      option = option.substr(0, equals);
    } else if (i + 1 < argc) {
      value = argv[++i];
    } else {
      throw std::invalid_argument(fmt::format("{}: unknown, or its value is missing", option));
    }
    if (option == "--out") {
      options.directory = value;
    } else if (option == "--seed") {
      options.seed = Number(value, option);
    } else if (option == "--feeds") {
      options.feeds = Number(value, option);
    } else if (option == "--patients") {
      options.patients = Number(value, option);
    } else if (option == "--raw-size") {
      options.raw_bytes = Size(value, option);
    } else if (option == "--file-size") {
      options.file_bytes = std::max<uint64_t>(1, Size(value, option));
    } else if (option == "--types") {
      options.kinds = Kinds(value);
    } else if (option == "--threads") {
      options.threads = static_cast<unsigned>(Number(value, option));
    } else {
      throw std::invalid_argument(fmt::format("unknown option {}", option));
    }
  }
  if (options.directory.empty()) throw std::invalid_argument("--out is missing; see --help");
  return options;
}

int Run(int argc, char** argv) {
  auto start = std::chrono::steady_clock::now();
  Arguments arguments = ParseArguments(argc, argv);
  if (arguments.feeds != 0) {
    uint64_t bytes = MakeFeeds({arguments.seed, arguments.feeds, arguments.directory});
    fmt::print("{} feed files: {:.1f} MB\n", arguments.feeds, static_cast<double>(bytes) / 1e6);
    return 0;
  }
  Made made = Make(arguments);
  uint64_t lines = 0;
  uint64_t raw = 0;
  uint64_t stored = 0;
  for (const MadeFile& file : made.files) {
    lines += file.lines;
    raw += file.raw_bytes;
    stored += file.stored_bytes;
  }
  auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  fmt::print("{} resources of {} patients in {} files: {:.1f} MB, {:.1f} MB stored, {:.1f} s\n",
             lines, made.world.patients, made.files.size(), static_cast<double>(raw) / 1e6,
             static_cast<double>(stored) / 1e6, seconds);
  return 0;
}

}  // namespace
}  // namespace sluice::samples

int main(int argc, char** argv) {
  if (argc < 2 || std::string_view(argv[1]) == "--help") {
    std::fputs(sluice::samples::kHelp, argc < 2 ? stderr : stdout);
    return argc < 2 ? 2 : 0;
  }
  try {
    return sluice::samples::Run(argc, argv);
  } catch (const std::invalid_argument& problem) {
    fmt::print(stderr, "sluice-samples: {}\n", problem.what());
    return 2;
  } catch (const std::exception& problem) {
    fmt::print(stderr, "sluice-samples: {}\n", problem.what());
    return 1;
  }
}
