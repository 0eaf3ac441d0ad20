#include "engine/breaker.h"

#include <algorithm>
#include <thread>

#include "base/log.h"

namespace sluice {

Breaker::Leave::~Leave() {
  if (breaker_ == nullptr || !tries_) return;
  std::lock_guard lock(breaker_->mutex_);
  breaker_->tried_ = false;
}

void Breaker::Leave::Up() {
  std::lock_guard lock(breaker_->mutex_);
  if (breaker_->failures_ != 0) Log(LogLevel::kInfo, "calls go on");
  breaker_->failures_ = 0;
}

// Calls that were under way when the first failed say nothing new.
void Breaker::Leave::Down(std::optional<Pause> asked) {
  std::lock_guard lock(breaker_->mutex_);
  Breaker& b = *breaker_;
  Clock::time_point now = Clock::now();
  if (b.failures_ == 0 || tries_) {
    Pause pause = b.first_;
    for (int i = 0; i < b.failures_ && pause < b.cap_; ++i) pause *= 2;
    if (b.failures_ == 0)
      Log(LogLevel::kInfo, "calls pause until the system that takes them is up");
    ++b.failures_;
    b.until_ = now + std::min(pause, b.cap_);
  }
  if (asked) b.until_ = std::max(b.until_, now + std::min(*asked, limits::kRetryAfterMax));
}

std::optional<Breaker::Leave> Breaker::TryPass(Clock::time_point now) {
  std::lock_guard lock(mutex_);
  if (failures_ == 0) return Leave(*this, false);
  if (tried_ || now < until_) return std::nullopt;
  tried_ = true;
  return Leave(*this, true);
}

std::optional<Breaker::Leave> Breaker::Pass(const std::function<bool()>& heed) {
  for (;;) {
    if (heed()) return std::nullopt;
    if (std::optional<Leave> leave = TryPass(Clock::now())) return leave;
    std::this_thread::sleep_for(limits::kBreakerHeed);
  }
}

bool Breaker::open() const {
  std::lock_guard lock(mutex_);
  return failures_ != 0;
}

}  // namespace sluice
