// What one loader has claimed and not begun. Small objects are claimed together, and while one is
// loaded, the next are fetched whole on other connections. The rule: they come out in the order in
// which they went in, fetched or not, so that reading ahead changes nothing but when bytes arrive;
// only an object whose worker vanished comes first.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/stop.h"
#include "engine/pools.h"
#include "engine/store_set.h"
#include "ledger/job.h"
#include "object/object_store.h"

namespace sluice {

struct ClaimedJob {
  Job job;
  std::string session;                                  // whose lease it is: its BackendStart()
  std::shared_ptr<const std::atomic<bool>> lease_lost;  // set by the heartbeat
};

// For one thread, which loads; its own threads fetch.
class ReadAhead {
 public:
  // All must outlive it.
  ReadAhead(StoreSet& stores, Pools& pools, const Stop& stop);
  ~ReadAhead();  // waits for what is being fetched
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  bool empty() const { return waiting_.empty(); }
  // Whether another claim's objects would be read ahead. Behind an object that is not, none should
  // wait: it may take long.
  bool has_room() const;
  // Without `fetch` it only waits its turn.
  void Add(ClaimedJob claimed, bool fetch);
  // The next, which is no longer among those that wait; or nothing.
  std::optional<ClaimedJob> Next();

  // The newest version of the job's object, from its first byte: what was fetched, if Next gave the
  // job last and this is the first time, and else opened now. Errors: the store's, as they would be
  // without reading ahead.
  OpenObject Open(const Job& job);

 private:
  enum class Fetch { kDue, kUnderWay, kOver };
  struct Item {
    ClaimedJob claimed;
    // Guarded by mutex_.
    Fetch fetch = Fetch::kDue;
    std::optional<OpenObject> object{};  // absent: it is opened when its turn comes
    std::exception_ptr error{};
  };

  OpenObject OpenNow(const Job& job);
  std::optional<OpenObject> TakeFetched(const Job& job);
  std::shared_ptr<Item> AwaitDue();
  void FetchAhead() noexcept;
  std::optional<OpenObject> FetchWhole(const Job& job);

  StoreSet& stores_;
  Pools& pools_;
  const Stop& stop_;

  std::deque<std::shared_ptr<Item>> waiting_;  // of the loading thread only
  std::shared_ptr<Item> current_;              // what Next gave last, until it is opened
  std::vector<std::thread> threads_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<Item>> due_;
  bool ending_ = false;
};

}  // namespace sluice
