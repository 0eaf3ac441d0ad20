#include "system/terminology/report.h"

#include <fmt/format.h>

#include "system/terminology/json_text.h"

namespace sluice::ocl {
namespace {

std::string ResultJson(const LineResult& result) {
  std::string text;
  bool is_skip = result.action == "SKIP";
  ObjectWriter object(text);
  object.Text("obj_type", result.obj_type)
      .Text("obj_url", result.obj_url)
      .Text("action_type", result.action)
      .Text("method", result.method)
      .OptionalText("obj_repo_url", result.repo_url)
      .OptionalText("obj_owner_url", result.owner_url)
      .Raw("status_code", is_skip ? Quoted(result.status_code) : result.status_code)
      .Text("text", result.text)
      .Text("message", result.message);
  object.End();
  return text;
}

}  // namespace

uint64_t ReportHead::count() const {
  uint64_t count = 0;
  for (const ResultTally& tally : tallies) count += tally.count;
  return count;
}

uint64_t ReportHead::skipped() const {
  uint64_t count = 0;
  for (const ResultTally& tally : tallies) count += tally.action == "SKIP" ? tally.count : 0;
  return count;
}

std::string SummaryLine(const ReportHead& head) {
  std::string line = fmt::format("Processed {} of {}", head.count(), head.total_lines);
  for (size_t i = 0; i < head.tallies.size();) {
    const std::string& action = head.tallies[i].action;
    uint64_t count = 0;
    std::string codes;
    for (; i < head.tallies.size() && head.tallies[i].action == action; ++i) {
      count += head.tallies[i].count;
      codes += fmt::format("{}{}:{}", codes.empty() ? "" : ", ", head.tallies[i].status_code,
                           head.tallies[i].count);
    }
    line += line.find(" -- ") == std::string::npos ? " -- " : "; ";
    line += fmt::format("{} {} ({})", count, action, codes);
  }
  return line;
}

std::string ReportWriter::Begin(const ReportHead& head) {
  if (format_ == ReportFormat::kReport) return "REPORT OF IMPORT RESULTS:\n";
  std::string text;
  ObjectWriter object(text);
  object.Raw("count", std::to_string(head.count()))
      .Raw("num_skipped", std::to_string(head.skipped()))
      .Raw("total_lines", std::to_string(head.total_lines))
      .Raw("elapsed_seconds", fmt::format("{:.6f}", head.elapsed_seconds));
  if (head.test_mode) object.Bool("test_mode", true);
  object.Raw("results", "{");
  return text;
}

std::string ReportWriter::Add(const LineResult& result) {
  bool new_root = empty_ || result.root != root_;
  bool new_action = new_root || result.action != action_;
  bool new_code = new_action || result.status_code != code_;
  std::string text = format_ == ReportFormat::kReport
                         ? AddText(result, new_root, new_code)
                         : AddJson(result, new_root, new_action, new_code);
  empty_ = false;
  root_ = result.root;
  action_ = result.action;
  code_ = result.status_code;
  return text;
}

std::string ReportWriter::AddText(const LineResult& result, bool new_root, bool new_code) {
  std::string text;
  if (new_root) text += result.root + ":\n";
  if (new_code) text += fmt::format("  {} {}:\n", result.action, result.status_code);
  text += fmt::format("    {}  {}\n", result.message, result.text);
  return text;
}

std::string ReportWriter::AddJson(const LineResult& result, bool new_root, bool new_action,
                                  bool new_code) {
  std::string text;
  if (!empty_) text += new_root ? "]}}, " : new_action ? "]}, " : new_code ? "], " : ", ";
  if (new_root) text += Quoted(result.root) + ": {";
  if (new_action) text += Quoted(result.action) + ": {";
  if (new_code) text += Quoted(result.status_code) + ": [";
  return text + ResultJson(result);
}

std::string ReportWriter::End() {
  if (format_ == ReportFormat::kReport) return "";
  return empty_ ? "}}" : "]}}}}";
}

}  // namespace sluice::ocl
