#include "app/server/metrics.h"

#include <fmt/format.h>

#include "app/version.h"
#include "ledger/gauge.h"
#include "ledger/pressure.h"

namespace sluice {
namespace {

// The format's own escapes.
std::string Escaped(std::string_view text) {
  std::string escaped;
  for (char c : text) {
    if (c == '\\' || c == '"') escaped += '\\';
    escaped += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return escaped;
}

double Number(uint64_t value) { return static_cast<double>(value); }

void AddProcess(const LoadTotals& totals, MetricText& text) {
  text.Describe("sluice_build_info", "gauge", "The version that runs; always 1.");
  text.Add(1, {{"version", Version()}});
  text.Describe("sluice_stage_bytes_total", "counter",
                "Bytes that passed a stage of the line in this process.");
  text.Add(Number(totals.packed_bytes), {{"stage", "open"}});
  text.Add(Number(totals.unpacked_bytes), {{"stage", "unpack"}});
  text.Describe("sluice_stage_rows_total", "counter",
                "Records that passed a stage of the line in this process.");
  text.Add(Number(totals.records), {{"stage", "map"}});
  text.Add(Number(totals.rows), {{"stage", "settle"}});
  text.Describe("sluice_stage_seconds_total", "counter",
                "Seconds that loads spent in a stage of the line, over all threads.");
  for (Stage stage : kStages) {
    text.Add(Number(totals.stages.of(stage)) / 1e9, {{"stage", StageName(stage)}});
  }
  text.Describe("sluice_retries_total", "counter", "Tries at objects that will be repeated.");
  text.Add(Number(totals.retries));
  text.Describe("sluice_lease_losses_total", "counter",
                "Objects that another worker took over from this process.");
  text.Add(Number(totals.lease_losses));
}

void AddLedger(const LedgerGauges& gauges, MetricText& text) {
  auto gauge = [&](std::string_view name, std::string_view help, double value) {
    text.Describe(name, "gauge", help);
    text.Add(value);
  };
  gauge("sluice_imports_running", "Imports that run or were interrupted.",
        Number(gauges.imports_running));
  text.Describe("sluice_queue_objects", "gauge", "Objects in the queue.");
  text.Add(Number(gauges.jobs_pending), {{"state", "pending"}});
  text.Add(Number(gauges.jobs_running), {{"state", "running"}});
  gauge("sluice_queue_bytes", "Bytes of the objects that wait.", Number(gauges.bytes_pending));
  gauge("sluice_queue_oldest_pending_seconds", "How long the oldest object that waits has waited.",
        gauges.oldest_pending_seconds);
  gauge("sluice_outbox_pending", "Moves and tags that wait.", Number(gauges.outbox_pending));
  gauge("sluice_rejects_open", "Bad records that nobody has mended yet.",
        Number(gauges.rejects_open));
  gauge("sluice_workers", "Live workers on all hosts.", Number(gauges.workers));
  gauge("sluice_lanes_paused", "Lanes in which nothing begins.", Number(gauges.lanes_paused));
  gauge("sluice_tables_without_key",
        "Tables without an index or key that they had, or with one that does not hold.",
        Number(gauges.tables_flawed));
}

void AddDatabase(pg::Connection& connection, MetricText& text) {
  DatabasePressure pressure = ReadPressure(connection);
  text.Describe("sluice_database_sessions", "gauge",
                "Sessions of the server: all, those at work, and those that wait for a lock.");
  text.Add(Number(pressure.sessions), {{"state", "open"}});
  text.Add(Number(pressure.active), {{"state", "active"}});
  text.Add(Number(pressure.waiting), {{"state", "waiting"}});
  text.Describe("sluice_database_sessions_max", "gauge", "Sessions that the server has room for.");
  text.Add(Number(pressure.sessions_max));
  text.Describe("sluice_database_bytes", "gauge", "Bytes of the database on disk.");
  text.Add(Number(pressure.bytes));
  text.Describe("sluice_database_replay_lag_seconds", "gauge",
                "How far the standby that is furthest behind is behind; 0 without one.");
  text.Add(std::chrono::duration<double>(ReplayLag(connection)).count());
}

}  // namespace

void MetricText::Describe(std::string_view name, std::string_view type, std::string_view help) {
  name_ = name;
  text_ += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name, help, type);
}

void MetricText::Add(double value, const Labels& labels) {
  std::string all;
  for (const auto& [name, label] : labels) {
    all += fmt::format("{}{}=\"{}\"", all.empty() ? "" : ",", name, Escaped(label));
  }
  text_ += fmt::format("{}{} {}\n", name_, all.empty() ? "" : "{" + all + "}", value);
}

http::Route MetricsRoute(const Services& services, const LoadTotals& totals) {
  return {.method = "GET",
          .pattern = "/metrics",
          .role = http::Role::kViewer,
          .doc = {.summary = "figures for Prometheus", .response_type = "text/plain"},
          .handle = [&ledger = services.ledger, &totals](const http::RouteContext&) {
            MetricText text;
            AddProcess(totals, text);
            auto session = ledger.Take();
            AddLedger(ReadGauges(*session), text);
            AddDatabase(*session, text);
            http::Reply reply;
            reply.content_type = "text/plain; version=0.0.4; charset=utf-8";
            reply.body = text.text();
            return reply;
          }};
}

}  // namespace sluice
