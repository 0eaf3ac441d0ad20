// sluice lanes: queues with a width; pause them, let them go on, make them wider.
#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>

#include "app/command.h"
#include "app/lane_view.h"
#include "app/target.h"
#include "app/text.h"
#include "base/unit.h"

namespace sluice {
namespace {

constexpr char kDetails[] =
    "Without arguments: every lane, with what waits and runs in it. pause: objects that load end,\n"
    "and none begins. width: how many objects of the lane load at once; 1 keeps their order.";

Error Usage(const std::string& why) {
  return Fault("usage", why).With(Scope::kRun).Remedy("see sluice lanes --help");
}

int ReadWidth(const std::string& text) {
  int width = 0;
  auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), width);
  if (failed != std::errc() || end != text.data() + text.size() || width < 1 ||
      width > limits::kThreadsMax) {
    throw Usage(fmt::format("a width is a whole number from 1 to {}", limits::kThreadsMax));
  }
  return width;
}

void Print(const std::vector<LaneRow>& lanes, const Settings& settings) {
  if (settings.json) {
    for (const LaneRow& lane : lanes) fmt::print("{}\n", LaneJson(lane));
    return;
  }
  if (lanes.empty()) {
    fmt::print("no lanes yet: `sluice load --lane NAME` makes one\n");
    return;
  }
  TextTable table;
  table.Add({"LANE", "WIDTH", "STATE", "WAITING", "RUNNING"});
  for (const LaneRow& lane : lanes) {
    table.Add({Printable(lane.name), std::to_string(lane.width), lane.paused ? "paused" : "open",
               FormatCount(lane.pending), FormatCount(lane.running)});
  }
  fmt::print("{}", table.Render());
}

ExitCode Lanes(const Invocation& call) {
  const std::string& deed = call.one("pause|resume|width");
  const std::string& name = call.one("LANE");
  const std::string& width = call.one("N");
  if (!deed.empty() && name.empty()) throw Usage("which lane?");
  if ((deed == "width") == width.empty()) throw Usage("only width takes a number, and needs it");
  pg::Connection ledger = OpenLedgerOf(call.settings, "lanes", call.stop);
  if (deed == "width") {
    SetLaneWidth(ledger, name, ReadWidth(width));
  } else if (!deed.empty() && !PauseLane(ledger, name, deed == "pause")) {
    throw LaneUnknown(name);
  }
  if (!call.settings.quiet) Print(ListLanes(ledger), call.settings);
  return ExitCode::kDone;
}

}  // namespace

Command LanesCommand() {
  return {.name = "lanes",
          .summary = "lanes and what waits in them; pause, resume or widen one",
          .details = kDetails,
          .arguments = {{"pause|resume|width",
                         "what to do",
                         Argument::Count::kOptional,
                         {"pause", "resume", "width"}},
                        {"LANE", "its name", Argument::Count::kOptional},
                        {"N", "the width", Argument::Count::kOptional}},
          .options = {"into", "config", "json", "quiet", "verbose"},
          .run = Lanes};
}

}  // namespace sluice
