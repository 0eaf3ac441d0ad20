#include "app/summary.h"

#include <fmt/format.h>

#include "app/text.h"
#include "base/unit.h"

namespace sluice {
namespace {

std::string StateWord(const Summary& summary) {
  if (summary.interrupted) return "interrupted";
  return std::string(ToString(summary.state));
}

std::string ObjectsLine(const Summary::Objects& o) {
  std::string line =
      fmt::format("  objects: {} loaded, {} skipped (already loaded), {} ignored, {} failed",
                  FormatCount(o.loaded), FormatCount(o.already_loaded), FormatCount(o.ignored),
                  FormatCount(o.failed));
  auto also = [&](uint64_t count, std::string_view what) {
    if (count != 0) line += fmt::format(", {} {}", FormatCount(count), what);
  };
  also(o.changed, "skipped (changed, the loaded version kept)");
  also(o.waiting, "waiting");
  also(o.cancelled, "cancelled");
  return line + "\n";
}

std::string RecordsLine(const Counts& records) {
  return fmt::format("  read {} = loaded {} + rejected {} + skipped {} records\n",
                     FormatCount(records.read), FormatCount(records.loaded),
                     FormatCount(records.rejected), FormatCount(records.skipped));
}

std::string SpeedLine(const Summary& summary) {
  if (summary.rows_here == 0 || summary.seconds <= 0) return "";
  auto per_second = [&](uint64_t amount) {
    return static_cast<uint64_t>(static_cast<double>(amount) / summary.seconds);
  };
  return fmt::format("  {} rows/s, {}/s unpacked\n", FormatCount(per_second(summary.rows_here)),
                     FormatBytes(per_second(summary.unpacked_bytes_here)));
}

std::string FailedObject(const JobRow& job) {
  std::string text =
      fmt::format("  {}\n    {} [{}/{}]\n", Printable(ToString(job.object)),
                  Printable(job.error_message), job.error_origin, Printable(job.error_code));
  if (!job.error_remedy.empty()) {
    text += fmt::format("    remedy: {}\n", Printable(job.error_remedy));
  }
  return text;
}

// A load that had nothing to do, perhaps by a slip in the source's name.
std::string EmptyText(const Summary& summary) {
  const Summary::Objects& o = summary.objects;
  uint64_t ours = o.loaded + o.already_loaded + o.changed + o.failed + o.waiting + o.cancelled;
  if (ours != 0 || summary.fault || summary.interrupted) return "";
  if (o.ignored == 0) return "the source holds no objects: is its name right?\n";
  return "none of the source's objects is one to load; sluice plan says why each is ignored\n";
}

}  // namespace

std::string TableOfTarget(const std::string& target) {
  return target.substr(target.find(':') + 1);  // npos + 1 is 0
}

Summary MakeSummary(const RunResult& result, uint64_t changed, std::vector<JobRow> failed) {
  const Tally& tally = result.tally;
  uint64_t skipped = tally.all(JobState::kSkipped).jobs;
  for (const auto& [why, count] : result.skipped_because) skipped -= std::min(count, skipped);
  uint64_t done = tally.of(JobState::kDone).jobs;
  Summary summary;
  summary.import = result.import;
  summary.state = result.state;
  summary.interrupted = result.interrupted;
  summary.seconds = result.seconds;
  summary.objects.loaded = done;
  summary.objects.already_loaded =
      tally.all(JobState::kDone).jobs - done + skipped - std::min(changed, skipped);
  summary.objects.changed = changed;
  summary.objects.ignored = result.ignored;
  summary.objects.failed = tally.all(JobState::kDead).jobs;
  summary.objects.waiting = tally.all(JobState::kPending).jobs + tally.all(JobState::kRunning).jobs;
  summary.objects.cancelled = tally.all(JobState::kCancelled).jobs;
  summary.disqualified = result.ignored_because;
  for (const auto& [why, count] : result.skipped_because) summary.disqualified[why] += count;
  summary.records = tally.of(JobState::kDone).records;
  summary.rows_here = result.records;
  summary.unpacked_bytes_here = result.unpacked_bytes;
  summary.tables = result.loaded;
  summary.failed = std::move(failed);
  summary.outbox_failed = result.outbox_dead;
  summary.rejected = tally.all(JobState::kDone).records.rejected;
  summary.missing = MissingParts(result.flawed, result.flaws);
  summary.fault = result.fault;
  return summary;
}

ExitCode ExitFor(const Summary& summary) {
  if (summary.interrupted) return ExitCode::kInterrupted;
  if (summary.fault) {
    ExitCode exit = ExitFor(*summary.fault);
    return exit == ExitCode::kDone ? ExitCode::kOurFault : exit;
  }
  bool whole = summary.state == ImportState::kCompleted && summary.objects.failed == 0 &&
               summary.outbox_failed == 0 && summary.missing.empty();
  if (!whole) return ExitCode::kObjectsFailed;
  return summary.rejected != 0 ? ExitCode::kRejectsWithinLimit : ExitCode::kDone;
}

std::string SummaryText(const Summary& summary) {
  std::string text = fmt::format("import {}: {} in {}\n", summary.import.value, StateWord(summary),
                                 FormatSeconds(summary.seconds));
  TextTable tables("  ");
  for (const LabelTally& table : summary.tables) {
    tables.Add({Printable(table.label), FormatCount(table.records_loaded), "rows",
                Printable(TableOfTarget(table.target))});
  }
  TextTable reasons("    ");
  for (const auto& [why, count] : summary.disqualified) {
    reasons.Add({FormatCount(count), Printable(why)});
  }
  std::string disqualified =
      summary.disqualified.empty() ? "" : "  disqualified:\n" + reasons.Render();
  return text + tables.Render() + RecordsLine(summary.records) + ObjectsLine(summary.objects) +
         disqualified + SpeedLine(summary) + EmptyText(summary);
}

std::string FailuresText(const Summary& summary) {
  std::string text;
  if (!summary.failed.empty()) {
    uint64_t all = summary.objects.failed;
    text += all > summary.failed.size() ? fmt::format("failed objects (the first {} of {}):\n",
                                                      summary.failed.size(), FormatCount(all))
                                        : "failed objects:\n";
    for (const JobRow& job : summary.failed) text += FailedObject(job);
    text += fmt::format("to try them again: sluice retry {}\n", summary.import.value);
  }
  if (summary.rejected != 0) {
    text += fmt::format("{} in quarantine; to see what is wrong: sluice rejects {}\n",
                        Counted(summary.rejected, "bad record"), summary.import.value);
  }
  if (summary.outbox_failed != 0) {
    text += fmt::format(
        "{} loaded objects could not be moved or tagged as --then asks; they are loaded and stay "
        "where they are\n",
        FormatCount(summary.outbox_failed));
  }
  text += MissingPartsText(summary.missing);
  return text;
}

}  // namespace sluice
