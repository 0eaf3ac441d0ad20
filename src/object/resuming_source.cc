#include "object/resuming_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "object/retry.h"

namespace sluice {

ResumingSource::ResumingSource(ObjectStore& store, const ObjectStat& stat, uint64_t begin,
                               uint64_t end, const ReadObjectOptions& options, const Stop& stop,
                               std::unique_ptr<ByteSource> opened)
    : store_(store),
      stat_(stat),
      end_(end),
      options_(options),
      stop_(stop),
      source_(std::move(opened)),
      at_(begin),
      backoff_(options.backoff_first, options.backoff_cap) {}

size_t ResumingSource::Read(std::span<char> into) {
  into = into.first(static_cast<size_t>(std::min<uint64_t>(into.size(), end_ - at_)));
  if (into.empty()) return 0;
  for (;;) {
    try {
      size_t got = ReadOnce(into);
      at_ += got;
      backoff_.Reset();
      if (at_ == end_) source_.reset();
      return got;
    } catch (Error& error) {
      source_.reset();
      error.Within(fmt::format("at byte {} of {}", at_, stat_.size_bytes));
      if (!Endures(error)) throw;
      Log(LogLevel::kDebug, fmt::format("{}: resuming: {}", ToString(stat_.ref), error.what()));
      stop_.SleepFor(backoff_.Next());
      stop_.ThrowIfRequested();
    }
  }
}

size_t ResumingSource::ReadOnce(std::span<char> into) {
  if (!source_) {
    ByteRange range{at_, end_ - at_};
    OpenObject opened = store_.Open(stat_.ref, range);
    if (opened.stat.size_bytes != stat_.size_bytes) {
      throw ObjectChangedError(stat_.ref);
    }
    source_ = std::move(opened.bytes);
  }
  size_t got = source_->Read(into);
  if (got == 0) {
    throw Error(Origin::kAws, "TruncatedBody", "the object ended before its announced size")
        .With(Retry::kLater);
  }
  return got;
}

bool ResumingSource::Endures(const Error& error) const {
  if (!MayPass(error)) return false;
  if (stat_.ref.etag.empty()) {
    throw Error(Origin::kAws, "CannotResume",
                fmt::format("{}; the server gives the object no ETag, so the rest could be of "
                            "another version",
                            error.what()))
        .With(Retry::kLater)
        .Remedy(
            "the object is read again from its start; if that stays in vain, download it first");
  }
  return backoff_.tries() + 1 < options_.attempts_max;
}

}  // namespace sluice
