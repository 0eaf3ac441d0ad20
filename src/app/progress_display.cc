#include "app/progress_display.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "app/as_json.h"
#include "base/log.h"

namespace sluice {
namespace {

ProgressStyle Resolve(const Settings& settings) {
  if (settings.quiet) return ProgressStyle::kNone;
  if (settings.progress != ProgressStyle::kAuto) return settings.progress;
  const char* terminal = std::getenv("TERM");
  bool plain = terminal == nullptr || std::strcmp(terminal, "dumb") == 0;
  return isatty(STDERR_FILENO) != 0 && !plain ? ProgressStyle::kBar : ProgressStyle::kPlain;
}

double PeriodSeconds(ProgressStyle style) {
  switch (style) {
    case ProgressStyle::kBar:
      return 0.2;
    case ProgressStyle::kJson:
      return 1;
    default:
      return 5;
  }
}

struct ScreenSize {
  size_t width = 80;
  size_t height = 24;
};

ScreenSize TerminalSize() {
  // A terminal that does not know its size says 0.
  ScreenSize screen;
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0) return screen;
  if (size.ws_col != 0) screen.width = size.ws_col;
  if (size.ws_row != 0) screen.height = size.ws_row;
  return screen;
}

// One write, so that a terminal never shows half a block.
void Say(std::string_view text) {
  [[maybe_unused]] auto written = write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace

ProgressDisplay::ProgressDisplay(const Settings& settings)
    : style_(Resolve(settings)), period_seconds_(PeriodSeconds(style_)) {
  next_ = style_ == ProgressStyle::kBar ? 0 : period_seconds_;
  SetLogSink([this](std::string_view line) {
    std::lock_guard lock(mutex_);
    WipeBlock();
    Say(line);
    if (shown_) DrawBlock();
  });
}

ProgressDisplay::~ProgressDisplay() {
  SetLogSink({});
  WipeBlock();
}

void ProgressDisplay::Show(const RunStatus& status) {
  double seconds = std::chrono::duration<double>(status.elapsed).count();
  std::lock_guard lock(mutex_);
  last_ = ViewOf(status);
  speeds_.Update(last_, status.meter.unpacked_bytes);
  shown_ = true;
  if (seconds < next_) return;
  next_ = seconds + period_seconds_;
  Write(last_);
}

void ProgressDisplay::Write(const ProgressView& view) {
  switch (style_) {
    case ProgressStyle::kBar:
      WipeBlock();
      DrawBlock();
      break;
    case ProgressStyle::kPlain:
      Say(PlainLine(view) + "\n");
      break;
    case ProgressStyle::kJson:
      Say(ProgressJson(view) + "\n");
      break;
    default:
      break;
  }
}

void ProgressDisplay::DrawBlock() {
  if (style_ != ProgressStyle::kBar) return;
  ScreenSize screen = TerminalSize();
  // A line as wide as the terminal would wrap, and a block as high as it would scroll.
  std::vector<std::string> lines = BlockLines(last_, screen.width > 1 ? screen.width - 1 : 1,
                                              screen.height > 2 ? screen.height - 2 : 1);
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  Say(text);
  lines_on_screen_ = lines.size();
}

void ProgressDisplay::WipeBlock() {
  if (lines_on_screen_ == 0) return;
  // ECMA-48: cursor up to the start of the line, then erase to the end of the screen.
  Say("\x1b[" + std::to_string(lines_on_screen_) + "F\x1b[J");
  lines_on_screen_ = 0;
}

void ProgressDisplay::Finish(const RunResult& result) {
  std::lock_guard lock(mutex_);
  WipeBlock();
  bool last_line = style_ == ProgressStyle::kPlain || style_ == ProgressStyle::kJson;
  last_ = FinalView(last_, result);
  shown_ = false;
  if (last_line) Write(last_);
}

}  // namespace sluice
