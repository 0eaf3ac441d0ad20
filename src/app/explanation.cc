#include "app/explanation.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/as_json.h"
#include "app/import_view.h"
#include "app/text.h"
#include "base/unit.h"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

std::string InQuarantine(const JobRow& job) {
  if (job.records.rejected == 0) return "";
  return ", with " + Counted(job.records.rejected, "bad record") + " in quarantine";
}

std::string Outcome(const JobRow& job) {
  switch (job.state) {
    case JobState::kPending:
      return job.not_before.empty() ? "waits for its turn"
                                    : "waits until " + job.not_before + " for its next try";
    case JobState::kRunning:
      return "is being loaded, since " + job.started_at;
    case JobState::kDone:
      return fmt::format("loaded {} at {}{}{}", Counted(job.records.loaded, "row"), job.finished_at,
                         InQuarantine(job), job.reason.empty() ? "" : ": " + job.reason);
    case JobState::kSkipped:
      return "skipped: " + job.reason;
    case JobState::kDead:
      return "given up on after " +
             Counted(static_cast<uint64_t>(job.attempts + job.crashes), "attempt");
    case JobState::kCancelled:
      return "cancelled with its import";
  }
  return "?";
}

std::string TurnText(const Explanation::Turn& turn) {
  const JobRow& job = turn.job;
  std::string text = fmt::format("  import {} ({}): {}\n", job.import.value, StateWord(turn.import),
                                 Printable(Outcome(job)));
  if (!job.target.empty()) {
    text += fmt::format("    table: {}\n", Printable(TableOfTarget(job.target)));
  }
  if (!job.error_code.empty()) {
    text += fmt::format("    cause: {} [{}/{}]{}\n", Printable(job.error_message), job.error_origin,
                        Printable(job.error_code), ErrorPlace(job));
    if (!job.error_remedy.empty()) {
      text += fmt::format("    remedy: {}\n", Printable(job.error_remedy));
    }
  }
  for (const RejectRow& reject : turn.rejects) {
    text += fmt::format("    line {}, byte {}: {} [{}]\n", reject.line, reject.byte_offset,
                        Printable(reject.message), reject.reason);
  }
  if (std::string advice = Advice(turn); !advice.empty()) {
    text += fmt::format("    what to do: {}\n", advice);
  }
  return text;
}

std::string ReceiptText(const ReceiptRow& receipt) {
  return fmt::format("  receipt of {}: {}, {} at {} by import {}, etag {}\n",
                     Printable(TableOfTarget(receipt.target)), receipt.state,
                     Counted(receipt.records_loaded, "row"), receipt.loaded_at,
                     receipt.import.value, Printable(receipt.etag));
}

std::string UnknownText(const Classified& by_name) {
  std::string text = "  no import of this database has listed it\n";
  if (by_name.label.empty()) {
    return text +
           fmt::format("  by its name it would be ignored: it {}\n", Printable(by_name.why_not));
  }
  return text + fmt::format(
                    "  by its name it holds {}, for table {}: a load of the source that holds it "
                    "would load it\n",
                    Printable(by_name.label), Printable(TableOfTarget(by_name.target)));
}

}  // namespace

std::string ErrorPlace(const JobRow& job) {
  if (job.error_message.find("line " + job.error_line) != std::string::npos) return "";
  std::string place;
  if (!job.error_line.empty()) place = "line " + job.error_line;
  if (!job.error_byte.empty()) place += (place.empty() ? "byte " : ", byte ") + job.error_byte;
  return place.empty() ? "" : " (" + place + ")";
}

std::string Advice(const Explanation::Turn& turn) {
  const JobRow& job = turn.job;
  bool interrupted = StateWord(turn.import) == "interrupted";
  switch (job.state) {
    case JobState::kPending:
      if (job.only_at.starts_with("host:")) {
        return "only host " + job.only_at.substr(5) + " can read it: there, run " +
               turn.load_command;
      }
      if (interrupted || turn.import.state != ImportState::kRunning) {
        return "run " + turn.load_command;
      }
      return "";
    case JobState::kDead:
      if (!job.error_line.empty()) {
        return "put a corrected version in its place, or when the cause is gone elsewhere, run "
               "sluice retry " +
               ShellWord(ToString(job.object)) + "; then " + turn.load_command;
      }
      return "run sluice retry " + ShellWord(ToString(job.object)) + ", then " + turn.load_command;
    case JobState::kCancelled:
      return "run " + turn.load_command;
    case JobState::kDone:
      if (job.records.rejected == 0) return "";
      return fmt::format(
          "mend what sluice rejects {} --object {} --format ndjson prints, then run "
          "sluice replay {} FILE",
          job.import.value, ShellWord(ToString(job.object)), job.import.value);
    case JobState::kSkipped:
      if (job.reason == "changed") {
        return "to replace the loaded version, run " + turn.load_command + " --changed reload";
      }
      return "";
    default:
      return "";
  }
}

std::string ExplanationText(const Explanation& explanation) {
  std::string text = Printable(explanation.object) + "\n";
  for (const Explanation::Turn& turn : explanation.turns) text += TurnText(turn);
  for (const ReceiptRow& receipt : explanation.receipts) text += ReceiptText(receipt);
  if (explanation.by_name) text += UnknownText(*explanation.by_name);
  return text;
}

std::string ExplanationJson(const Explanation& explanation) {
  Json jobs = Json::array();
  for (const Explanation::Turn& turn : explanation.turns) {
    Json job = Json::parse(JobJson(turn.job));
    job["import_state"] = StateWord(turn.import);
    job["rejects"] = Json::array();
    for (const RejectRow& reject : turn.rejects) {
      job["rejects"].push_back({{"line", reject.line},
                                {"byte", reject.byte_offset},
                                {"reason", reject.reason},
                                {"message", reject.message},
                                {"remedy", reject.remedy}});
    }
    job["advice"] = Advice(turn);
    jobs.push_back(job);
  }
  Json receipts = Json::array();
  for (const ReceiptRow& receipt : explanation.receipts) {
    receipts.push_back({{"table", TableOfTarget(receipt.target)},
                        {"state", receipt.state},
                        {"etag", receipt.etag},
                        {"rows", receipt.records_loaded},
                        {"loaded_at", receipt.loaded_at},
                        {"import", receipt.import.value}});
  }
  Json all = {{"object", explanation.object}, {"jobs", jobs}, {"receipts", receipts}};
  if (explanation.by_name) {
    const Classified& name = *explanation.by_name;
    all["by_name"] = {{"ignored", name.label.empty()},
                      {"label", name.label},
                      {"table", TableOfTarget(name.target)},
                      {"why_not", name.why_not}};
  }
  return all.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace sluice
