#include "app/server/import_streams.h"

#include "app/mended_record.h"
#include "ledger/reject_ledger.h"

namespace sluice {
namespace {

using std::chrono::milliseconds;

// A record may be 32 MiB long.
constexpr int kRejectPage = 16;
constexpr milliseconds kLookPause{500};
// Proxies cut connections on which nothing moves; a comment is no event (WHATWG HTML, 9.2.6).
constexpr milliseconds kKeepAlive{15000};

class Rejects final : public http::ReplyStream {
 public:
  Rejects(pg::Pool& ledger, ImportId import, std::optional<std::string> bucket,
          std::optional<std::string> key)
      : ledger_(ledger), import_(import), bucket_(std::move(bucket)), key_(std::move(key)) {}

  Piece Next() override {
    auto session = ledger_.Take();
    auto page = ListOpenRejects(*session, import_, bucket_, key_, after_, kRejectPage);
    Piece piece{.bytes = "", .pause = milliseconds(0), .last = page.size() < kRejectPage};
    for (const OpenReject& reject : page) piece.bytes += RejectJson(reject) + "\n";
    if (!page.empty()) after_ = page.back().id;
    return piece;
  }

 private:
  pg::Pool& ledger_;
  const ImportId import_;
  const std::optional<std::string> bucket_, key_;
  int64_t after_ = 0;
};

class Status final : public http::ReplyStream {
 public:
  Status(StatusBoard& board, ImportId import) : board_(board), import_(import) {}

  Piece Next() override {
    StatusBoard::Entry entry = board_.Get(import_);
    Piece piece{.bytes = "", .pause = kLookPause, .last = entry.is_final};
    quiet_ += kLookPause;
    if (entry.json != last_) {
      piece.bytes = "event: status\ndata: " + entry.json + "\n\n";
      last_ = entry.json;
      quiet_ = milliseconds(0);
    } else if (quiet_ >= kKeepAlive) {
      piece.bytes = ":\n\n";
      quiet_ = milliseconds(0);
    }
    if (entry.is_final) piece.bytes += "event: end\ndata: {}\n\n";
    return piece;
  }

 private:
  StatusBoard& board_;
  const ImportId import_;
  std::string last_;
  milliseconds quiet_{0};
};

}  // namespace

std::unique_ptr<http::ReplyStream> StreamRejects(pg::Pool& ledger, ImportId import,
                                                 std::optional<std::string> bucket,
                                                 std::optional<std::string> key) {
  return std::make_unique<Rejects>(ledger, import, std::move(bucket), std::move(key));
}

std::unique_ptr<http::ReplyStream> StreamStatus(StatusBoard& board, ImportId import) {
  return std::make_unique<Status>(board, import);
}

}  // namespace sluice
