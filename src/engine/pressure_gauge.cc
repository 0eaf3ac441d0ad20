#include "engine/pressure_gauge.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/limits.h"

namespace sluice {
namespace {

constexpr double kFade = 0.7;     // of what earlier cycles saw, per cycle
constexpr double kSeenLeast = 5;  // observations on either side before they are compared
// Others count as at work from one session in fifty samples on.
constexpr double kOthersLeast = 0.02;

}  // namespace

void PressureGauge::Sum::Fade() {
  log_sum *= kFade;
  count *= kFade;
}

std::optional<double> PressureGauge::Pair::Ratio() const {
  if (loading.count < kSeenLeast || paused.count < kSeenLeast) return std::nullopt;
  return std::exp(loading.log_sum / loading.count - paused.log_sum / paused.count);
}

void PressureGauge::Pair::Add(PacePhase phase, double log, double n) {
  if (phase == PacePhase::kLoading) loading.Add(log, n);
  if (phase == PacePhase::kPaused) paused.Add(log, n);
}

void PressureGauge::Add(const ActivitySample& sample, PacePhase phase) {
  phase_ = phase == PacePhase::kPaused && sample.loading > 0 ? PacePhase::kBetween : phase;
  transactions_.Add(phase_, sample.others_log_ms, static_cast<double>(sample.others));
  samples_ += 1;
  busy_ += phase_ == PacePhase::kPaused ? 0 : 1;
  others_ += static_cast<double>(sample.others);
  hidden_ += static_cast<double>(sample.hidden);
  alone_ = sample.others + sample.hidden == 0 ? alone_ + 1 : 0;
}

void PressureGauge::AddCommit(std::chrono::microseconds took) {
  double log_us = std::log(std::max<double>(1, static_cast<double>(took.count())));
  commits_.Add(phase_, log_us, 1);
}

PressureReading PressureGauge::EndCycle(std::chrono::milliseconds replay_lag) {
  PressureReading reading{.replay_lag = replay_lag, .cause = "nobody else is at work"};
  bool visible = others_ > kOthersLeast * samples_;
  // Whoever may not see others' transactions has its own commits to judge by.
  reading.others = visible || hidden_ > 0;
  reading.busy = samples_ > 0 ? busy_ / samples_ : 0;
  if (reading.others && samples_ > 0) {
    std::optional<double> ratio = (visible ? transactions_ : commits_).Ratio();
    if (ratio) {
      double lost = std::max(0.0, 1 - 1 / *ratio);
      reading.percent = 100 * lost * reading.busy;
      reading.cause = fmt::format("{} take {:.2f} times as long while loads go on",
                                  visible ? "others' transactions" : "commits", *ratio);
    } else {
      reading.cause = "too little was seen yet";
    }
  }
  if (replay_lag > limits::kPressureReplayLag) {
    reading.cause = fmt::format("a standby is {:.1f} s behind",
                                std::chrono::duration<double>(replay_lag).count());
  }
  for (Pair* pair : {&transactions_, &commits_}) {
    pair->loading.Fade();
    pair->paused.Fade();
  }
  samples_ = busy_ = others_ = hidden_ = 0;
  alone_ = 0;
  return reading;
}

double FirstShare(double max_percent) {
  return std::clamp(max_percent / 100, limits::kPressureShareMin, limits::kPressureShareBeside);
}

// Down by half at most and up by a third: what is measured follows the share at some distance.
double NextShare(double share, double max_percent, const PressureReading& reading) {
  constexpr double kDown = 0.5, kUp = 1.3;
  double factor = 1;
  if (reading.replay_lag > limits::kPressureReplayLag) {
    factor = kDown;
  } else if (!reading.others) {
    factor = kUp;
  } else if (reading.percent) {
    share = reading.busy;
    factor = *reading.percent > 0 ? std::clamp(max_percent / *reading.percent, kDown, kUp) : kUp;
  }
  // Beside others some time must be left to see how they fare alone.
  double most = reading.others ? limits::kPressureShareBeside : 1;
  return std::clamp(share * factor, limits::kPressureShareMin, most);
}

PaceTimes TimesOf(double share, std::chrono::milliseconds over) {
  using std::chrono::milliseconds;
  auto part = [](double of, milliseconds time) {
    return milliseconds(std::llround(of * static_cast<double>(time.count())));
  };
  milliseconds open = std::max(part(share, limits::kPressureCycle), limits::kPressureOpenMin);
  milliseconds shut = part((1 - share) / share, open + over);
  return {open, std::min(shut, limits::kPressureShutMax)};
}

}  // namespace sluice
