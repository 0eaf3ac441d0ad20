#include "app/progress.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/text.h"
#include "base/unit.h"

namespace sluice {
namespace {

constexpr double kWindowSeconds = 10;
constexpr size_t kBarColumns = 20;

double PartDone(const ProgressView& view) {
  if (view.bytes_total != 0) {
    return static_cast<double>(view.bytes_done) / static_cast<double>(view.bytes_total);
  }
  if (view.objects_total != 0) {
    return static_cast<double>(view.objects_done) / static_cast<double>(view.objects_total);
  }
  return 0;
}

// While the listing goes on, a percentage would be one of an unknown whole.
std::string Percent(const ProgressView& view) {
  if (!view.listed) return "listing";
  return fmt::format("{:.0f} %", std::min(1.0, PartDone(view)) * 100);
}

std::string Bar(const ProgressView& view) {
  auto full = static_cast<size_t>(std::min(1.0, PartDone(view)) * kBarColumns);
  return "[" + std::string(full, '#') + std::string(kBarColumns - full, '.') + "]";
}

std::string Speed(double per_second) { return FormatCount(static_cast<uint64_t>(per_second)); }

std::string Troubles(const ProgressView& view) {
  std::string text;
  if (view.objects_failed != 0)
    text += fmt::format(", {} failed", FormatCount(view.objects_failed));
  if (view.retries != 0) text += fmt::format(", {} tries again", FormatCount(view.retries));
  if (!view.restoring.empty()) {
    text += fmt::format(", restoring indexes of {}", fmt::join(view.restoring, ", "));
  }
  return text;
}

std::string Eta(const ProgressView& view) {
  std::optional<double> eta = view.eta();
  return eta ? ", " + FormatSeconds(std::max(1.0, *eta)) + " left" : "";
}

void CountObjects(const Tally& tally, ProgressView& view) {
  view.objects_done = view.objects_total = view.bytes_done = view.bytes_total = 0;
  for (JobState state : {JobState::kDone, JobState::kSkipped, JobState::kDead, JobState::kCancelled,
                         JobState::kPending, JobState::kRunning}) {
    TallyLine line = tally.of(state);
    view.objects_total += line.jobs;
    view.bytes_total += line.packed_bytes;
    if (state == JobState::kPending || state == JobState::kRunning) continue;
    view.objects_done += line.jobs;
    view.bytes_done += line.packed_bytes;
  }
  view.objects_failed = tally.of(JobState::kDead).jobs;
}

}  // namespace

std::optional<double> ProgressView::eta() const {
  if (!listed || bytes_per_second <= 0 || bytes_done >= bytes_total) return std::nullopt;
  return static_cast<double>(bytes_total - bytes_done) / bytes_per_second;
}

ProgressView ViewOf(const RunStatus& status) {
  ProgressView view;
  view.import = status.import.value;
  view.seconds = std::chrono::duration<double>(status.elapsed).count();
  view.listed = status.listed;
  view.ignored = status.ignored;
  CountObjects(status.tally, view);
  // The tally counts whole objects of all processes, the meter also parts, of this one.
  uint64_t read = status.meter.packed_bytes;
  view.bytes_done = std::min(std::max(view.bytes_done, read), view.bytes_total);
  view.rows = status.meter.records;
  view.retries = status.meter.retries;
  view.current = status.meter.Current();
  view.restoring.assign(status.restoring.begin(), status.restoring.end());
  return view;
}

ProgressView FinalView(ProgressView last, const RunResult& result) {
  last.import = result.import.value;
  last.seconds = result.seconds;
  last.listed = last.listed || result.state == ImportState::kCompleted;
  last.ignored = result.ignored;
  CountObjects(result.tally, last);
  last.rows = result.records;
  // Of the whole run: the last seconds say little in the end.
  double seconds = std::max(result.seconds, 0.001);
  last.rows_per_second = static_cast<double>(result.records) / seconds;
  last.json_per_second = static_cast<double>(result.unpacked_bytes) / seconds;
  last.current.clear();
  last.restoring.clear();
  return last;
}

void SpeedWindow::Update(ProgressView& view, uint64_t json_bytes) {
  samples_.push_back({view.seconds, view.rows, json_bytes, view.bytes_done});
  while (samples_.size() > 2 && view.seconds - samples_[1].seconds >= kWindowSeconds) {
    samples_.pop_front();
  }
  const Sample& first = samples_.front();
  double seconds = view.seconds - first.seconds;
  if (seconds <= 0) return;
  // Totals never fall, but a database that was restored might say so.
  auto speed = [&](uint64_t now, uint64_t then) {
    return now > then ? static_cast<double>(now - then) / seconds : 0;
  };
  view.rows_per_second = speed(view.rows, first.rows);
  view.json_per_second = speed(json_bytes, first.json_bytes);
  view.bytes_per_second = speed(view.bytes_done, first.bytes_done);
}

std::string PlainLine(const ProgressView& view) {
  return fmt::format("import {}: {} of {} objects, {} of {} ({}), {} rows, {} rows/s{}{}",
                     view.import, FormatCount(view.objects_done), FormatCount(view.objects_total),
                     FormatBytes(view.bytes_done), FormatBytes(view.bytes_total), Percent(view),
                     FormatCount(view.rows), Speed(view.rows_per_second), Eta(view),
                     Troubles(view));
}

std::vector<std::string> BlockLines(const ProgressView& view, size_t width, size_t height) {
  std::vector<std::string> lines = {
      fmt::format("import {}  {} {}  {} of {}{}", view.import, Bar(view), Percent(view),
                  FormatBytes(view.bytes_done), FormatBytes(view.bytes_total), Eta(view)),
      fmt::format("  {} of {} objects{}  {} rows  {} rows/s  {}/s unpacked",
                  FormatCount(view.objects_done), FormatCount(view.objects_total), Troubles(view),
                  FormatCount(view.rows), Speed(view.rows_per_second),
                  FormatBytes(static_cast<uint64_t>(view.json_per_second)))};
  for (std::string& line : lines) line = FitStart(line, width);
  for (size_t thread = 0; thread < view.current.size() && lines.size() < height; ++thread) {
    if (view.current[thread].empty()) continue;
    std::string number = fmt::format("  {:>3} ", thread + 1);
    size_t room = width > number.size() ? width - number.size() : 0;
    lines.push_back(FitStart(number + FitEnd(Printable(view.current[thread]), room), width));
  }
  if (lines.size() > height) lines.resize(height);
  return lines;
}

}  // namespace sluice
