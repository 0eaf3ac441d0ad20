// What several threads want written, written together: while one of them writes, what the others
// bring waits, and the next of them writes all of it at once. Nobody waits for company.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/error.h"

namespace sluice {

template <typename Item, typename Outcome>
class JointWrite {
 public:
  // The outcomes of all items, in their order. It must end by itself: others wait for it.
  using Write = std::function<std::vector<Outcome>(std::span<const Item>)>;

  explicit JointWrite(size_t together_max) : together_max_(together_max) {}

  // What came of the item, written by this thread's `write` or another's. Nothing: the write that
  // it was a part of failed, and it may be written alone. Errors: Retry::kUncertain, where that was
  // this thread's.
  std::optional<Outcome> Add(Item item, const Write& write) {
    Place mine{std::move(item)};
    std::unique_lock lock(mutex_);
    waiting_.push_back(&mine);
    mine.turn.wait(lock, [&] { return mine.over || (!writing_ && waiting_.front() == &mine); });
    if (!mine.over) WriteNext(lock, write, mine);
    if (mine.uncertain) throw *mine.uncertain;
    return std::move(mine.outcome);
  }

  size_t waiting() const {
    std::lock_guard lock(mutex_);
    return waiting_.size();
  }
  bool writing() const {
    std::lock_guard lock(mutex_);
    return writing_;
  }

 private:
  struct Place {
    Item item;
    std::optional<Outcome> outcome = {};
    std::optional<Error> uncertain = {};
    bool over = false;
    std::condition_variable turn = {};  // to write, or to go
  };

  // `mine`, the first that waits, and those behind it.
  void WriteNext(std::unique_lock<std::mutex>& lock, const Write& write, Place& mine) {
    std::vector<Place*> places;
    std::vector<Item> items;
    while (!waiting_.empty() && places.size() < together_max_) {
      places.push_back(waiting_.front());
      items.push_back(std::move(waiting_.front()->item));
      waiting_.pop_front();
    }
    writing_ = true;
    lock.unlock();
    std::vector<Outcome> outcomes;
    try {
      outcomes = write(items);
    } catch (const Error& error) {
      if (error.retry() == Retry::kUncertain) mine.uncertain = error;
    } catch (const std::exception&) {
      // Each alone will meet it again, and say so.
    }
    lock.lock();
    for (size_t i = 0; i < places.size(); ++i) {
      if (i < outcomes.size()) places[i]->outcome = std::move(outcomes[i]);
      places[i]->over = true;
      places[i]->turn.notify_one();
    }
    writing_ = false;
    if (!waiting_.empty()) waiting_.front()->turn.notify_one();
  }

  const size_t together_max_;
  mutable std::mutex mutex_;
  std::deque<Place*> waiting_;  // guarded by mutex_, as all that follows and what it points to
  bool writing_ = false;
};

}  // namespace sluice
