#include "engine/stage.h"

#include <utility>

namespace sluice {
namespace {

class TimedSource final : public ByteSource {
 public:
  TimedSource(std::unique_ptr<ByteSource> inner, StageClock& clock, std::optional<Stage> stage)
      : inner_(std::move(inner)), clock_(clock), stage_(stage) {}

  size_t Read(std::span<char> into) override {
    StageClock::Turn turn(clock_, stage_);
    return inner_->Read(into);
  }

 private:
  std::unique_ptr<ByteSource> inner_;
  StageClock& clock_;
  const std::optional<Stage> stage_;
};

class TimedReader final : public RecordReader {
 public:
  TimedReader(std::unique_ptr<RecordReader> inner, StageClock& clock, std::optional<Stage> stage)
      : inner_(std::move(inner)), clock_(clock), stage_(stage) {}

  bool Read(RecordBlock& block) override {
    StageClock::Turn turn(clock_, stage_);
    return inner_->Read(block);
  }

 private:
  std::unique_ptr<RecordReader> inner_;
  StageClock& clock_;
  const std::optional<Stage> stage_;
};

}  // namespace

const char* StageName(Stage stage) {
  switch (stage) {
    case Stage::kOpen:
      return "open";
    case Stage::kUnpack:
      return "unpack";
    case Stage::kRead:
      return "read";
    case Stage::kMap:
      return "map";
    case Stage::kWrite:
      return "write";
    case Stage::kSettle:
      return "settle";
  }
  return "";
}

std::optional<Stage> StageClock::Switch(std::optional<Stage> stage) {
  auto now = std::chrono::steady_clock::now();
  if (stage_) times_.Add(*stage_, now - since_);
  since_ = now;
  return std::exchange(stage_, stage);
}

std::unique_ptr<ByteSource> Timed(std::unique_ptr<ByteSource> bytes, StageClock& clock,
                                  std::optional<Stage> stage) {
  return std::make_unique<TimedSource>(std::move(bytes), clock, stage);
}

std::unique_ptr<RecordReader> Timed(std::unique_ptr<RecordReader> records, StageClock& clock,
                                    std::optional<Stage> stage) {
  return std::make_unique<TimedReader>(std::move(records), clock, stage);
}

}  // namespace sluice
