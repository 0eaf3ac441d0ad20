#include "engine/dispatcher.h"

#include <strings.h>

#include <algorithm>
#include <cstdlib>

#include "base/error.h"
#include "base/log.h"
#include "engine/limits.h"
#include "engine/move_object.h"

namespace sluice {
namespace {

// Not an option: options are kept in the ledger, which holds no secrets.
std::string NotifySecret() {
  const char* secret = std::getenv("SLUICE_NOTIFY_SECRET");
  return secret == nullptr ? "" : secret;
}

ObjectRef MoveTarget(const OutboxItem& item) {
  Source to = ParseSource(item.argument);
  return {item.object.store, to.bucket, to.prefix + item.object.key, ""};
}

bool SameButForCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

// False if the object holds other content than its load read, where the tag is a mark.
bool TagObject(ObjectStore& store, const OutboxItem& item, bool is_mark) {
  size_t equals = item.argument.find('=');
  std::string name = item.argument.substr(0, equals);
  ObjectTags before = store.GetTags(item.object);
  ObjectTags tags = before;
  if (is_mark) {
    std::erase_if(tags, [&](const auto& tag) { return SameButForCase(tag.first, name); });
  }
  tags[name] = item.argument.substr(equals + 1);
  if (tags.size() > limits::kTagsMax) {
    throw Fault("too-many-tags", "the object bears " + std::to_string(limits::kTagsMax) +
                                     " tags, so that it cannot be given '" + name + "'")
        .Remedy("take one of its tags away, and give it this one by hand");
  }
  if (tags != before) store.PutTags(item.object, tags);
  if (!is_mark) return true;
  // A tag cannot be put on one version alone, so it is looked at afterwards whose it is.
  ObjectRef newest = item.object;
  newest.etag.clear();
  if (store.Stat(newest).ref.etag == item.object.etag) return true;
  tags = store.GetTags(newest);
  if (tags.erase(name) != 0) store.PutTags(newest, tags);
  return false;
}

}  // namespace

Disposition ParseDisposition(const std::string& text) {
  if (text.empty() || text == "leave") return {};
  if (text.starts_with("move:s3://") && text.size() > 10) return {"move", text.substr(5)};
  if (text.starts_with("tag:") && text.find('=') > 4 && text.find('=') != std::string::npos) {
    return {"tag", text.substr(4)};
  }
  throw Fault("then-invalid", "'" + text + "' is not what can follow a load")
      .With(Scope::kRun)
      .Remedy("give leave, move:s3://bucket/prefix/ or tag:NAME=VALUE");
}

Dispatcher::Dispatcher(const DispatchShared& shared)
    : shared_(shared), notifier_(NotifySecret(), shared.options.ca_bundle, shared.stop) {}

void Dispatcher::End() {
  over_.Request();
  if (thread_.joinable()) thread_.join();
}

void Dispatcher::Run() noexcept {
  std::optional<pg::Connection> connection;
  while (!over_.requested() && !shared_.stop.requested()) {
    try {
      if (!connection || connection->lost()) {
        connection.reset();
        connection.emplace(shared_.database.ConnectPatiently(Database::Use::kControl, over_));
      }
      bool was_busy = busy_;
      busy_ = RunDue(*connection) > 0;
      if (was_busy && !busy_) shared_.news.Ring();
      if (!busy_) over_.SleepFor(limits::kOutboxPoll);
    } catch (const Error& error) {
      if (shared_.stop.requested() || over_.requested()) return;
      if (error.retry() == Retry::kNever) return shared_.fault.Set(error);
      Log(LogLevel::kInfo, error.message());
      over_.SleepFor(limits::kReconnectBackoffFirst);
    } catch (const std::exception& error) {
      return shared_.fault.Set(Fault("internal", error.what()).With(Scope::kRun));
    }
  }
}

int Dispatcher::RunDue(pg::Connection& connection) {
  std::vector<OutboxItem> items = ClaimOutbox(connection, shared_.import, shared_.worker,
                                              limits::kOutboxBatch, limits::kOutboxLease);
  Outcomes outcomes = CarryOut(items);
  try {
    SettleAll(connection, items, outcomes);
  } catch (const Error&) {
    // What was carried out is kept also when the user wants to stop, which ends every wait of
    // `connection`: a message would come twice, and the run would not end as complete.
    if (!shared_.stop.requested()) throw;
    pg::Connection last = shared_.database.WithoutStop().Connect(Database::Use::kControl);
    SettleAll(last, items, outcomes);
  }
  return static_cast<int>(items.size());
}

void Dispatcher::SettleAll(pg::Connection& connection, const std::vector<OutboxItem>& items,
                           const Outcomes& outcomes) {
  std::vector<OutboxId> done;
  for (size_t i = 0; i < items.size(); ++i) {
    bool plain = outcomes[i] && !outcomes[i]->error && !outcomes[i]->overwritten &&
                 items[i].kind != "channel";
    if (plain) done.push_back(items[i].id);
  }
  SettleOutboxDone(connection, done);
  for (size_t i = 0; i < items.size(); ++i) {
    if (outcomes[i]) Settle(connection, items[i], *outcomes[i]);
  }
}

// Each takes several requests one after the other, so some are under way at once.
Dispatcher::Outcomes Dispatcher::CarryOut(const std::vector<OutboxItem>& items) {
  Outcomes outcomes(items.size());
  std::atomic<size_t> next{0};
  auto work = [&] {
    for (size_t i = next++; i < items.size() && !shared_.stop.requested(); i = next++) {
      outcomes[i] = CarryOutOne(items[i]);
    }
  };
  std::vector<std::thread> others;
  size_t threads = std::min(items.size(), limits::kOutboxThreads);
  for (size_t i = 1; i < threads; ++i) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
  return outcomes;
}

std::optional<Dispatcher::Outcome> Dispatcher::CarryOutOne(const OutboxItem& item) {
  Outcome outcome;
  try {
    if (item.kind == "move") {
      ObjectStore& store = shared_.stores.For(item.object);
      outcome.overwritten = MoveObject(store, item.object, MoveTarget(item)) == Moved::kOverwritten;
    } else if (item.kind == "tag") {
      outcome.overwritten =
          !TagObject(shared_.stores.For(item.object), item, shared_.system.marks_by_tag());
    } else if (item.kind == "notify") {
      notifier_.Post(item.argument, NoticeOf(item));
    }
  } catch (const Error& error) {
    if (error.code() == "interrupted") return std::nullopt;
    outcome.error = error;
  } catch (const std::exception& error) {
    outcome.error = Fault("internal", error.what());
  }
  return outcome;
}

void Dispatcher::Settle(pg::Connection& connection, const OutboxItem& item,
                        const Outcome& outcome) {
  if (outcome.error) {
    bool give_up =
        outcome.error->retry() == Retry::kNever || item.attempts + 1 >= shared_.options.attempts;
    SettleOutboxFailed(connection, item.id, *outcome.error, give_up, limits::kJobBackoffFirst);
  } else if (outcome.overwritten) {
    bool reload = ChangedFor(shared_.system, shared_.options) == ChangedPolicy::kReload;
    SettleOverwritten(connection, item, reload);
  } else if (item.kind == "channel") {
    Notifier::Announce(connection, item.argument, NoticeOf(item));
    SettleOutboxDone(connection, {&item.id, 1});
  }
}

Notice Dispatcher::NoticeOf(const OutboxItem& item) const {
  return {.source = std::string(shared_.system.notice_source()),
          .event = item.event,
          .object = ToString(item.object),
          .key = item.object.key,
          .detail = item.detail,
          .import = shared_.import.value};
}

void Dispatcher::TellDrained(pg::Connection& connection) noexcept {
  const LoadOptions& options = shared_.options;
  try {
    Notice notice{.source = std::string(shared_.system.notice_source()),
                  .event = "drained",
                  .object = "",
                  .key = "",
                  .detail = "",
                  .import = shared_.import.value};
    if (!options.notify_channel.empty()) {
      Notifier::Announce(connection, options.notify_channel, notice);
    }
    if (!options.notify.empty()) notifier_.Post(options.notify, notice);
  } catch (const std::exception& error) {
    Log(LogLevel::kInfo, std::string("nobody was told that the queue is drained: ") + error.what());
  }
}

}  // namespace sluice
