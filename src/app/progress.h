// How an import's progress reads: pure functions from numbers to text. The display that writes them
// is progress_display.h.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "engine/supervisor.h"

namespace sluice {

struct ProgressView {
  int64_t import = 0;
  double seconds = 0;
  bool listed = false;  // the totals are final
  uint64_t ignored = 0;
  uint64_t objects_done = 0;   // loaded, skipped or failed
  uint64_t objects_total = 0;  // seen so far
  uint64_t objects_failed = 0;
  uint64_t bytes_done = 0;  // as stored
  uint64_t bytes_total = 0;
  uint64_t rows = 0;  // read by this process
  uint64_t retries = 0;
  double rows_per_second = 0;               // over the last seconds
  double json_per_second = 0;               // bytes, likewise
  double bytes_per_second = 0;              // of bytes_done, likewise
  std::vector<std::string> current;         // what each thread is at; empty: idle
  std::vector<std::string> restoring = {};  // tables whose indexes are being restored

  // Seconds to the end; nothing while that cannot be told.
  std::optional<double> eta() const;
};

// Speeds over the last ten seconds.
class SpeedWindow {
 public:
  // Fills the speeds of `view` from what it counts; `json_bytes` are after decompression.
  void Update(ProgressView& view, uint64_t json_bytes);

 private:
  struct Sample {
    double seconds;
    uint64_t rows, json_bytes, bytes_done;
  };
  std::deque<Sample> samples_;
};

// Without speeds.
ProgressView ViewOf(const RunStatus& status);
// The last view, brought up to what the run came to.
ProgressView FinalView(ProgressView last, const RunResult& result);

// "import 3: 12 of 40 objects, 1.2 GB of 4.0 GB (30 %), ...", without the line's end.
std::string PlainLine(const ProgressView& view);
// The live block for a terminal: its lines, at most `height`, none longer than `width`.
std::vector<std::string> BlockLines(const ProgressView& view, size_t width, size_t height);

}  // namespace sluice
