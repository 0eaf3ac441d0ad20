#include "app/dashboard/chart.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/unit.h"

namespace sluice {
namespace {

constexpr double kWidth = 600, kHeight = 120;

Html Bar(size_t place, double share, double width) {
  double height = std::max(share * kHeight, 1.0);
  return Tag("rect",
             {{"x", fmt::format("{:.2f}", static_cast<double>(place) * width)},
              {"y", fmt::format("{:.2f}", kHeight - height)},
              {"width", fmt::format("{:.2f}", width * 0.8)},
              {"height", fmt::format("{:.2f}", height)}},
             Html());
}

}  // namespace

Html RowsChart(const LoadedOverTime& loaded) {
  double parts = static_cast<double>(loaded.rows.size());
  double most = loaded.rows.empty() ? 0 : *std::ranges::max_element(loaded.rows);
  if (most <= 0 || loaded.seconds <= 0) return {};
  Html bars;
  for (size_t i = 0; i < loaded.rows.size(); ++i) {
    if (loaded.rows[i] > 0) bars += Bar(i, loaded.rows[i] / most, kWidth / parts);
  }
  std::string peak = FormatCount(static_cast<uint64_t>(most / loaded.seconds * parts));
  std::string told =
      fmt::format("Rows per second over {}: at most {}", FormatSeconds(loaded.seconds), peak);
  Html picture = Tag("svg",
                     {{"viewBox", fmt::format("0 0 {} {}", kWidth, kHeight)},
                      {"preserveAspectRatio", "none"},
                      {"role", "img"},
                      {"aria-label", told}},
                     bars);
  return Tag("figure", {{"class", "chart"}}, picture + Tag("figcaption", Text(told)));
}

}  // namespace sluice
