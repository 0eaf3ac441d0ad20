// The importer alone, without the engine: applies scripts to a database and says how fast.
//
//   importer_bench URL LINES_PER_BATCH SCRIPT...
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

#include "base/digest.h"
#include "pg/transaction.h"
#include "system/terminology/importer.h"
#include "system/terminology/ocl_schema.h"
#include "system/terminology/result_writer.h"

namespace sluice::ocl {
namespace {

std::string ReadFile(const char* path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  text.append(64, '\0');
  return text;
}

std::vector<RawLine> Lines(std::string_view text) {
  std::vector<RawLine> lines;
  uint64_t number = 0;
  while (!text.empty()) {
    size_t size = std::min(text.find('\n'), text.size());
    ++number;
    if (text.substr(0, size).find_first_not_of(" \t\r") != std::string_view::npos) {
      lines.push_back({number, text.substr(0, size)});
    }
    text.remove_prefix(std::min(text.size(), size + 1));
  }
  return lines;
}

// Seconds of CPU that a process has used; on a busy machine they say more than the clock.
double CpuSeconds(const std::string& pid) {
  std::ifstream file("/proc/" + pid + "/stat");
  std::string text{std::istreambuf_iterator<char>(file), {}};
  std::istringstream fields(text.substr(std::min(text.rfind(')'), text.size())));
  std::string skipped;
  for (int i = 0; i < 12; ++i) fields >> skipped;
  double user = 0, system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

void Run(pg::Connection& connection, const char* path, size_t batch) {
  std::string text = ReadFile(path);
  std::vector<RawLine> lines = Lines(std::string_view(text).substr(0, text.size() - 64));
  Submission submission{.task = RandomUuid(), .requester = FindRequester(connection, "admin")};
  Importer importer(connection, submission);
  std::map<std::string, int> tally;
  std::string backend = std::to_string(connection.backend_pid());
  double own = CpuSeconds("self"), server = CpuSeconds(backend);
  auto began = std::chrono::steady_clock::now();
  for (std::span<const RawLine> rest(lines); !rest.empty();) {
    auto some = rest.first(std::min(batch, rest.size()));
    pg::Transaction tx(connection);
    std::vector<LineResult> results = importer.Apply(some);
    StoreResults(connection, submission.task, results);
    tx.Commit();
    for (const LineResult& result : results) ++tally[result.action + " " + result.status_code];
    rest = rest.subspan(some.size());
  }
  std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  fmt::print("{}: {} lines in {:.2f} s, {:.0f} lines/s;", path, lines.size(), took.count(),
             static_cast<double>(lines.size()) / took.count());
  for (const auto& [what, count] : tally) fmt::print(" {}: {}", what, count);
  fmt::print("; CPU seconds {:.2f} here, {:.2f} in the server; task {}\n", CpuSeconds("self") - own,
             CpuSeconds(backend) - server, submission.task);
}

}  // namespace
}  // namespace sluice::ocl

int main(int argc, char** argv) {
  using namespace sluice;
  if (argc < 4) return 2;
  Stop stop;
  pg::Connection connection = pg::Connection::Open({.url = argv[1]}, stop);
  ocl::PrepareSchema(connection);
  for (int i = 3; i < argc; ++i) ocl::Run(connection, argv[i], std::stoul(argv[2]));
}
