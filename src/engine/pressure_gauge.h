// What a load costs others, told from how their transactions fare while it goes on and while it
// pauses; and the share of time that loads may therefore have. Values only: no clock, no database.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "ledger/pressure.h"

namespace sluice {

struct PressureReading {
  bool others = false;              // somebody else is at work
  std::optional<double> percent{};  // of their speed that they lose; nothing: not known yet
  double busy = 0;                  // part of the cycle in which loads went on
  std::chrono::milliseconds replay_lag{0};
  std::string cause{};  // in words
};

// What loads do while a sample is taken. Just after a change others' transactions have seen both:
// what is between counts as time of the load and is not compared.
enum class PacePhase { kLoading, kBetween, kPaused };

class PressureGauge {
 public:
  // A pause in which sessions of sluice's still work is between.
  void Add(const ActivitySample& sample, PacePhase phase);
  // How long a commit of the gauge's own took, just after a sample.
  void AddCommit(std::chrono::microseconds took);
  // Nobody else has been at work for a second of samples, so a pause is for nobody.
  bool sees_nobody() const { return alone_ >= kAloneSamples; }
  // Ends a cycle of loading and pausing. What earlier cycles saw fades away.
  PressureReading EndCycle(std::chrono::milliseconds replay_lag);

 private:
  // Sums of logarithms: their means compare as ratios, and one long transaction does not outweigh
  // a hundred short ones.
  struct Sum {
    double log_sum = 0, count = 0;
    void Add(double log, double n) { log_sum += log, count += n; }
    void Fade();
  };
  struct Pair {
    Sum loading, paused;
    // How many times as long it takes while loads go on; nothing where too little was seen.
    std::optional<double> Ratio() const;
    void Add(PacePhase phase, double log, double n);
  };

  static constexpr int kAloneSamples = 50;

  Pair transactions_, commits_;
  int alone_ = 0;                          // samples, one after the other, that showed nobody else
  PacePhase phase_ = PacePhase::kBetween;  // at the last sample
  double samples_ = 0, busy_ = 0, others_ = 0, hidden_ = 0;  // in this cycle
};

// The share of time to begin with: others keep to `max_percent` even if they stand still meanwhile.
double FirstShare(double max_percent);
// The share of time for the next cycle, from kPressureShareMin to 1, in proportion to the time that
// loads took in this one; to `share`, which was meant, where that showed nothing.
double NextShare(double share, double max_percent, const PressureReading& reading);
// That share as times: long enough that something gets done in between. Loads take `over` more than
// the time in which they may begin, because they end what they have begun.
PaceTimes TimesOf(double share, std::chrono::milliseconds over = std::chrono::milliseconds(0));

}  // namespace sluice
