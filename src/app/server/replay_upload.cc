#include "app/server/replay_upload.h"

#include <nlohmann/json.hpp>

#include "app/import_view.h"
#include "app/replay_lines.h"
#include "app/server/reply.h"
#include "app/system_registry.h"
#include "base/error.h"
#include "base/unit.h"
#include "engine/limits.h"

namespace sluice {
namespace {

using nlohmann::json;

// A record's line: its text escaped for JSON, and what else is said of it.
constexpr size_t kLineBytesMax = 6 * limits::kRecordBytesMax + 64 * kKiB;
// Of records that are still bad, so many are named.
constexpr size_t kBadShownMax = 100;

class Replaying final : public http::Upload {
 public:
  Replaying(pg::Pool& ledger, ImportId import, std::function<void()> done)
      : ledger_(ledger), import_(import), done_(std::move(done)) {}

  void Take(std::string_view piece) override {
    while (!piece.empty()) {
      size_t end = piece.find('\n');
      line_.append(piece.substr(0, end));
      if (line_.size() > kLineBytesMax) throw TooLong();
      if (end == std::string_view::npos) return;
      piece.remove_prefix(end + 1);
      AddLine();
    }
  }

  http::Reply Finish() override {
    AddLine();
    lines_.Finish();
    json answer = json::parse(ReplayJson(lines_));
    if (!still_bad_.empty()) answer["still_bad"] = still_bad_;
    http::Reply reply =
        JsonReply(answer.dump(-1, ' ', false, json::error_handler_t::replace) + "\n");
    reply.subject = "import " + std::to_string(import_.value);
    return reply;
  }

 private:
  static Error TooLong() {
    return Fault("usage", "the request's body has a line that is longer than any record's")
        .With(Scope::kRun)
        .Remedy("send lines as GET /imports/IMPORT/rejects gives them");
  }

  void AddLine() {
    if (line_.ends_with('\r')) line_.pop_back();
    lines_.Add(line_);
    line_.clear();
  }

  ReplayCounts Replay(const std::vector<MendedRecord>& batch, std::vector<StillBad>& bad) {
    auto session = ledger_.Take();
    Import import = FindImportOrThrow(*session, import_);
    LoadOptions options = ParseLoadOptions(import.options);
    std::unique_ptr<System> system = MakeSystem(import.system, options);
    ReplayCounts counts = Replayer(*system, options, import_, *session).Replay(batch, bad);
    done_();
    return counts;
  }

  void Tell(const std::vector<StillBad>& bad) {
    for (const StillBad& one : bad) {
      if (still_bad_.size() >= kBadShownMax) return;
      still_bad_.push_back({{"reject", one.reject}, {"why", one.why}, {"remedy", one.remedy}});
    }
  }

  pg::Pool& ledger_;
  const ImportId import_;
  const std::function<void()> done_;
  std::string line_;
  json still_bad_ = json::array();
  ReplayLines lines_{"the request's body",
                     [this](const auto& batch, auto& bad) { return Replay(batch, bad); },
                     [this](const auto& bad) { Tell(bad); }};
};

}  // namespace

std::unique_ptr<http::Upload> ReplayUpload(pg::Pool& ledger, ImportId import,
                                           std::function<void()> done) {
  return std::make_unique<Replaying>(ledger, import, std::move(done));
}

}  // namespace sluice
