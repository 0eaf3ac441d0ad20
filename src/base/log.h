// Plain log lines on stderr, one write(2) each so that lines of threads never mix. Never secrets,
// never record contents.
#pragma once

#include <functional>
#include <string_view>

namespace sluice {

enum class LogLevel { kError, kWarning, kInfo, kDebug };

// What is written: lines up to this level (default kWarning).
void SetLogLevel(LogLevel level);
LogLevel GetLogLevel();
// Where lines go instead of stderr (the progress display, which must not be torn); empty restores
// stderr.
void SetLogSink(std::function<void(std::string_view line)> sink);
// Writes "sluice: <message>\n", with "warning: " and the like in front where it is one, and '?' for
// control characters.
void Log(LogLevel level, std::string_view message);

}  // namespace sluice
