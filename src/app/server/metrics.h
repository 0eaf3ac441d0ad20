// /metrics: what the ledger and this process know, in Prometheus' text format. No label takes its
// values from users' data.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/services.h"
#include "engine/stage.h"
#include "http/route.h"

namespace sluice {

// What this process has loaded since it began, over all imports.
struct LoadTotals {
  std::atomic<uint64_t> packed_bytes{0}, unpacked_bytes{0}, records{0}, rows{0}, retries{0},
      lease_losses{0};
  StageTimes stages;
};

// Writes metrics in the text format 0.0.4.
class MetricText {
 public:
  using Labels = std::vector<std::pair<std::string_view, std::string_view>>;
  // Begins a metric. `type`: counter or gauge.
  void Describe(std::string_view name, std::string_view type, std::string_view help);
  // A sample of the metric begun last.
  void Add(double value, const Labels& labels = {});
  const std::string& text() const { return text_; }

 private:
  std::string name_, text_;
};

http::Route MetricsRoute(const Services& services, const LoadTotals& totals);

}  // namespace sluice
