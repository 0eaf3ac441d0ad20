// Pressure: how much of their speed other sessions may lose to an import, kept as one row that all
// its workers share, with the times in which its loads go on and pause.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/id.h"
#include "pg/connection.h"

namespace sluice {

// Loads go on for `open`, pause for `shut`, and so forth.
struct PaceTimes {
  std::chrono::milliseconds open{0};
  std::chrono::milliseconds shut{0};
};

// Makes the import's row or changes what it allows; `first` is how it begins.
void SetPressure(pg::Connection& connection, ImportId import, double max_percent,
                 const PaceTimes& first);
void DropPressure(pg::Connection& connection, ImportId import);

struct PressureView {
  double max_percent = 0;
  PaceTimes times;
  std::chrono::milliseconds age{0};  // since the times began, on the database's clock
  bool leading = false;              // this worker measures
};
// Nothing: the import has no such row. The first worker to look measures, until it no longer looks.
// On a kControl session a leader's look is a commit that waits for the disk.
std::optional<PressureView> LookAtPressure(pg::Connection& connection, ImportId import,
                                           WorkerId worker);
// What was measured, in percent and in words, and the times that follow from it.
void SetPaceTimes(pg::Connection& connection, ImportId import, const PaceTimes& times,
                  double percent, const std::string& cause);

// One look at the server's sessions.
struct ActivitySample {
  int64_t loading = 0;       // sessions of sluice's that are at work
  int64_t others = 0;        // sessions of others in a transaction of less than 10 seconds
  double others_log_ms = 0;  // sum of the logarithms of its ages in ms
  int64_t hidden = 0;        // sessions that this role may not look at
};
ActivitySample SampleActivity(pg::Connection& connection);
// Of the standby that is furthest behind; 0 without one.
std::chrono::milliseconds ReplayLag(pg::Connection& connection);

}  // namespace sluice
