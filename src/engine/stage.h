// Where the time of a load goes: which of the line's stages it is at, added up over all loads.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "bytes/byte_source.h"
#include "record/record_block.h"

namespace sluice {

// In the line's order. kOpen: waiting for an object's bytes; kSettle: its receipt, its job and the
// COMMIT.
enum class Stage { kOpen, kUnpack, kRead, kMap, kWrite, kSettle };
inline constexpr std::array kStages = {Stage::kOpen, Stage::kUnpack, Stage::kRead,
                                       Stage::kMap,  Stage::kWrite,  Stage::kSettle};
const char* StageName(Stage stage);

// Nanoseconds of all threads together.
class StageTimes {
 public:
  void Add(Stage stage, std::chrono::nanoseconds time) {
    nanoseconds_[Index(stage)].fetch_add(static_cast<uint64_t>(time.count()),
                                         std::memory_order_relaxed);
  }
  uint64_t of(Stage stage) const {
    return nanoseconds_[Index(stage)].load(std::memory_order_relaxed);
  }

 private:
  static size_t Index(Stage stage) { return static_cast<size_t>(stage); }
  std::array<std::atomic<uint64_t>, kStages.size()> nanoseconds_{};
};

// One load's, in one thread. Stages pull from each other: the time of a turn is its own only, not
// that of the turns inside it. Two readings of the clock for each turn.
class StageClock {
 public:
  explicit StageClock(StageTimes& times) : times_(times) {}

  class Turn {
   public:
    // No stage: time that is none's, such as a pause.
    Turn(StageClock& clock, std::optional<Stage> stage)
        : clock_(clock), outer_(clock.Switch(stage)) {}
    ~Turn() { clock_.Switch(outer_); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    StageClock& clock_;
    const std::optional<Stage> outer_;
  };

 private:
  std::optional<Stage> Switch(std::optional<Stage> stage);

  StageTimes& times_;
  std::optional<Stage> stage_;
  std::chrono::steady_clock::time_point since_;
};

// The same bytes, and the same records, each Read a turn of `stage`. `clock` outlives them.
std::unique_ptr<ByteSource> Timed(std::unique_ptr<ByteSource> bytes, StageClock& clock,
                                  std::optional<Stage> stage);
std::unique_ptr<RecordReader> Timed(std::unique_ptr<RecordReader> records, StageClock& clock,
                                    std::optional<Stage> stage);

}  // namespace sluice
