#include "engine/pace.h"

#include <algorithm>
#include <limits>

#include "base/log.h"
#include "engine/limits.h"

namespace sluice {

void SetPace(pg::Connection& connection, ImportId import, const LoadOptions& options) {
  if (options.rate.per_second > 0) {
    SetThrottle(connection, ThrottleName(import), options.rate);
  } else {
    DropThrottle(connection, ThrottleName(import));
  }
  if (options.max_pressure > 0) {
    SetPressure(connection, import, options.max_pressure,
                TimesOf(FirstShare(options.max_pressure)));
  } else {
    DropPressure(connection, import);
  }
}

Pace::Pace(const Database& database, pg::Connection& connection, ImportId import, WorkerId worker,
           RunFault& fault)
    : database_(database), name_(ThrottleName(import)), fault_(fault) {
  if (std::optional<Rate> rate = GetThrottle(connection, name_)) {
    rate_.emplace(
        *rate, [this](double slots) { return Reserve(slots); },
        [this](const Error& error) { fault_.Set(Error(error).With(Scope::kRun)); }, over_);
  }
  if (std::optional<PressureView> view = LookAtPressure(connection, import, worker)) {
    pressure_.emplace(database, import, worker, *view);
  }
}

// The rate is held while the database is away, as long as a run waits for it at all.
std::optional<Reservation> Pace::Reserve(double slots) {
  for (;;) {
    if (!connection_ || connection_->lost()) {
      connection_.reset();
      connection_.emplace(database_.ConnectPatiently(Database::Use::kLoad, over_));
    }
    try {
      return ReserveSlots(*connection_, name_, slots);
    } catch (const Error& error) {
      if (error.retry() == Retry::kNever || over_.requested()) throw;
      Log(LogLevel::kDebug, "rate: " + error.message());
    }
    over_.SleepFor(limits::kReconnectBackoffFirst);
  }
}

bool Pace::AwaitTurn(const Stop& over, const Stop& stop, bool takes_slot) {
  auto ended = [&] { return over.requested() || stop.requested(); };
  if (pressure_ && !pressure_->Begin(ended)) return false;
  if (!rate_ || !takes_slot) return true;
  return rate_->TakeReserved(RateUnit::kObjects, 1, ended);
}

void Pace::GiveTurnBack(bool took_slot) {
  if (rate_ && took_slot) rate_->GiveBack(RateUnit::kObjects, 1);
}

bool Pace::AwaitCall(const std::function<bool()>& heed) {
  return !rate_ || rate_->TakeReserved(RateUnit::kObjects, 1, heed);
}

void Pace::Take(RateUnit unit, double amount, const Load& load) {
  auto heed = [&] {
    load.stop.ThrowIfRequested();
    if (load.lease_lost) throw Fault("lease-lost", "the lease was lost during the load");
    return false;
  };
  if (rate_) rate_->Take(unit, amount, limits::kPaceOwedInside, heed);
  if (pressure_) pressure_->GoOn(heed);
}

double Pace::Slice(RateUnit unit) const {
  return rate_ ? rate_->Slice(unit) : std::numeric_limits<double>::max();
}

namespace {

class PacedBytes : public ByteSource {
 public:
  PacedBytes(std::unique_ptr<ByteSource> inner, Pace& pace, const Pace::Load& load)
      : inner_(std::move(inner)), pace_(pace), load_(load) {}

  size_t Read(std::span<char> into) override {
    double slice = pace_.Slice(RateUnit::kBytes);
    if (slice < static_cast<double>(into.size())) into = into.first(static_cast<size_t>(slice));
    size_t size = inner_->Read(into);
    pace_.Take(RateUnit::kBytes, static_cast<double>(size), load_);
    return size;
  }

 private:
  std::unique_ptr<ByteSource> inner_;
  Pace& pace_;
  const Pace::Load load_;
};

// Hands a block on in slices, so that the pauses between them are short.
class PacedRecords : public RecordReader {
 public:
  PacedRecords(std::unique_ptr<RecordReader> inner, Pace& pace, const Pace::Load& load)
      : inner_(std::move(inner)), pace_(pace), load_(load) {}

  bool Read(RecordBlock& block) override {
    if (next_ == whole_.records.size()) {
      whole_.records.clear();
      next_ = 0;
      if (!inner_->Read(whole_)) {
        block.records.clear();
        block.bytes = whole_.bytes;
        return false;
      }
    }
    size_t left = whole_.records.size() - next_;
    auto size =
        static_cast<size_t>(std::min(static_cast<double>(left), pace_.Slice(RateUnit::kRows)));
    auto begin = whole_.records.begin() + static_cast<std::ptrdiff_t>(next_);
    block.records.assign(begin, begin + static_cast<std::ptrdiff_t>(size));
    next_ += size;
    block.bytes = next_ == whole_.records.size() ? whole_.bytes : 0;
    pace_.Take(RateUnit::kRows, static_cast<double>(size), load_);
    return true;
  }

 private:
  std::unique_ptr<RecordReader> inner_;
  Pace& pace_;
  const Pace::Load load_;
  RecordBlock whole_;
  size_t next_ = 0;  // of whole_'s records
};

}  // namespace

std::unique_ptr<ByteSource> Paced(std::unique_ptr<ByteSource> bytes, Pace& pace,
                                  const Pace::Load& load) {
  if (!pace.active()) return bytes;
  return std::make_unique<PacedBytes>(std::move(bytes), pace, load);
}

std::unique_ptr<RecordReader> Paced(std::unique_ptr<RecordReader> records, Pace& pace,
                                    const Pace::Load& load) {
  if (!pace.active()) return records;
  return std::make_unique<PacedRecords>(std::move(records), pace, load);
}

}  // namespace sluice
