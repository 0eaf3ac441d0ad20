#include "engine/spool.h"

#include <algorithm>
#include <utility>

#include "base/digest.h"
#include "base/error.h"
#include "base/log.h"
#include "base/unit.h"
#include "engine/limits.h"
#include "ledger/spool.h"
#include "object/spool_name.h"
#include "record/utf8.h"

namespace sluice {
namespace {

Error Invalid(const std::string& why) {
  return Fault("upload-invalid", why)
      .With(Scope::kRun)
      .Remedy(
          "POST /uploads/NAME?upload=UPLOAD: a name like an object's, and the upload as an "
          "earlier answer named it");
}

void CheckName(const std::string& name) {
  if (name.empty()) throw Invalid("the upload has no name");
  if (name.size() > limits::kSpoolNameBytesMax) throw Invalid("the upload's name is too long");
  if (!IsUtf8(name) || name.find('\0') != std::string::npos) {
    throw Invalid("the upload's name is not UTF-8");
  }
}

Error Full(uint64_t bytes_max) {
  return Fault("spool-full",
               "the bodies that wait already fill the spool's " + FormatBytes(bytes_max))
      .With(Scope::kRun)
      .With(Retry::kLater)
      .Remedy("wait until imports have taken them, or serve with a larger --spool-max");
}

class Receiving final : public http::Upload {
 public:
  Receiving(std::unique_ptr<SpoolWriter> writer, std::function<http::Reply(const ObjectStat&)> then)
      : writer_(std::move(writer)), then_(std::move(then)) {}

  void Take(std::string_view piece) override { writer_->Write(piece); }
  http::Reply Finish() override { return then_(writer_->Finish()); }

 private:
  const std::unique_ptr<SpoolWriter> writer_;
  const std::function<http::Reply(const ObjectStat&)> then_;
};

}  // namespace

SpoolWriter::SpoolWriter(pg::Pool& ledger, ObjectRef ref, int64_t id, uint64_t bytes_max)
    : ledger_(ledger), ref_(std::move(ref)), id_(id), bytes_max_(bytes_max) {}

SpoolWriter::~SpoolWriter() {
  if (finished_) return;
  try {
    DropSpoolObject(*ledger_.Take(), id_);
  } catch (const Error& error) {
    // The next sweep after limits::kSpoolBroken does it.
    Log(LogLevel::kInfo, "an upload that was broken off stays for now: " + error.message());
  }
}

void SpoolWriter::Write(std::string_view bytes) {
  bytes_ += bytes.size();
  if (bytes_ > bytes_max_) throw Full(bytes_max_);
  digest_.Add(bytes);
  while (rest_.size() + bytes.size() >= kSpoolPieceBytes) {
    if (rest_.empty()) {
      Store(bytes.substr(0, kSpoolPieceBytes));
      bytes.remove_prefix(kSpoolPieceBytes);
      continue;
    }
    size_t missing = kSpoolPieceBytes - rest_.size();
    rest_.append(bytes.substr(0, missing));
    bytes.remove_prefix(missing);
    Store(rest_);
    rest_.clear();
  }
  rest_.append(bytes);
}

void SpoolWriter::Store(std::string_view piece) {
  AppendSpoolPiece(*ledger_.Take(), id_, pieces_, piece);
  ++pieces_;
}

ObjectStat SpoolWriter::Finish() {
  if (!rest_.empty()) Store(rest_);
  rest_.clear();
  ref_.etag = Hex(digest_.Finish());
  ObjectStat stat = FinishSpoolObject(*ledger_.Take(), id_, ref_, pieces_);
  finished_ = true;
  return stat;
}

std::unique_ptr<SpoolWriter> Spool::Begin(const Place& place) {
  CheckName(place.name);
  std::string upload = place.upload.empty() ? RandomUuid() : place.upload;
  if (!IsUploadId(upload)) throw Invalid("'" + upload.substr(0, 50) + "' is no upload's id");
  auto session = ledger_.Take();
  uint64_t taken = MeasureSpool(*session);
  uint64_t wanted = std::max<uint64_t>(place.bytes_expected, 1);
  if (taken >= bytes_max_ || wanted > bytes_max_ - taken) throw Full(bytes_max_);
  int64_t id = BeginSpoolObject(*session, upload, place.name, place.user);
  return std::make_unique<SpoolWriter>(
      ledger_, ObjectRef{std::string(kSpoolStore), upload, place.name, ""}, id, bytes_max_ - taken);
}

std::unique_ptr<http::Upload> ReceiveIntoSpool(
    Spool& spool, const Spool::Place& place,
    std::function<http::Reply(const ObjectStat& body)> then) {
  return std::make_unique<Receiving>(spool.Begin(place), std::move(then));
}

void SweepSpool(pg::Connection& ledger) {
  SweepSpool(ledger, {.broken_after = limits::kSpoolBroken,
                      .abandoned_after = limits::kSpoolAbandoned,
                      .pieces_max = limits::kSpoolSweepPieces});
}

}  // namespace sluice
