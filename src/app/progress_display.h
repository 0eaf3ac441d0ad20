// Shows an import's progress on stderr while it runs: a live block, plain lines, JSON lines, or
// nothing. Log lines go through it, so that they do not tear the block.
#pragma once

#include <mutex>
#include <string>

#include "app/progress.h"
#include "app/settings.h"

namespace sluice {

class ProgressDisplay {
 public:
  // auto: the block on a terminal, else plain lines; -q: none.
  explicit ProgressDisplay(const Settings& settings);
  ~ProgressDisplay();  // wipes the block away
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;

  // May be called often; writes as often as its style wants.
  void Show(const RunStatus& status);
  // Wipes the block away, and writes the last line.
  void Finish(const RunResult& result);

 private:
  void Write(const ProgressView& view);
  void DrawBlock();
  void WipeBlock();

  ProgressStyle style_;
  double period_seconds_;
  double next_ = 0;
  SpeedWindow speeds_;
  std::mutex mutex_;  // guards what follows and the terminal
  ProgressView last_;
  bool shown_ = false;  // last_ holds something to draw again
  size_t lines_on_screen_ = 0;
};

}  // namespace sluice
