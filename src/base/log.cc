#include "base/log.h"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <string>
#include <utility>

namespace sluice {
namespace {

std::atomic<LogLevel> log_level{LogLevel::kWarning};
std::mutex sink_mutex;
std::function<void(std::string_view)> log_sink;

const char* Prefix(LogLevel level) {
  switch (level) {
    case LogLevel::kError:
      return "sluice: error: ";
    case LogLevel::kWarning:
      return "sluice: warning: ";
    case LogLevel::kInfo:
    case LogLevel::kDebug:
      return "sluice: ";
  }
  return "";
}

}  // namespace

void SetLogLevel(LogLevel level) { log_level = level; }
LogLevel GetLogLevel() { return log_level; }

void SetLogSink(std::function<void(std::string_view line)> sink) {
  std::lock_guard lock(sink_mutex);
  log_sink = std::move(sink);
}

void Log(LogLevel level, std::string_view message) {
  if (level > log_level.load(std::memory_order_relaxed)) return;
  std::string line = Prefix(level);
  line.append(message);
  // Names from outside may hold anything; a terminal must not obey them.
  std::replace_if(
      line.begin(), line.end(), [](unsigned char c) { return c < ' ' || c == 0x7f; }, '?');
  line.push_back('\n');
  std::lock_guard lock(sink_mutex);
  if (log_sink) {
    log_sink(line);
    return;
  }
  [[maybe_unused]] auto written = write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace sluice
