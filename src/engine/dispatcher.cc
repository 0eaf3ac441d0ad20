#include "engine/dispatcher.h"

#include <algorithm>

#include "base/crash_point.h"
#include "base/error.h"
#include "engine/limits.h"
#include "ledger/outbox.h"

namespace sluice {
namespace {

ObjectRef MoveTarget(const OutboxItem& item) {
  Source to = ParseSource(item.argument);
  ObjectRef target{item.object.store, to.bucket, to.prefix + item.object.key, ""};
  return target;
}

// Copy with If-Match, look at the copy, look at the source once more just before the delete. A
// crash in between repeats it: a source that is gone while its copy is there was moved.
void MoveObject(ObjectStore& store, const OutboxItem& item) {
  ObjectRef target = MoveTarget(item);
  try {
    ObjectStat source = store.Stat(item.object);
    store.Copy(item.object, target);
    CrashPoint("object-copied");
    ObjectStat copy = store.Stat(target);
    if (copy.size_bytes != source.size_bytes) {
      throw Fault("copy-differs", "the copy at " + ToString(target) + " is not of the same size")
          .With(Retry::kLater);
    }
    store.Stat(item.object);  // still the version that was loaded and copied
  } catch (const Error& error) {
    if (error.code() != "NoSuchKey") throw;
    ObjectRef any = target;
    store.Stat(any);
    return;
  }
  store.Remove(item.object);
}

void TagObject(ObjectStore& store, const OutboxItem& item) {
  size_t equals = item.argument.find('=');
  ObjectTags tags = store.GetTags(item.object);
  tags[item.argument.substr(0, equals)] = item.argument.substr(equals + 1);
  store.PutTags(item.object, tags);
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

int Dispatcher::RunDue(pg::Connection& connection) {
  std::vector<OutboxItem> items =
      ClaimOutbox(connection, import_, worker_, limits::kOutboxBatch, limits::kOutboxLease);
  for (const OutboxItem& item : items) {
    stop_.ThrowIfRequested();
    try {
      ObjectStore& store = stores_.For(item.object);
      item.kind == "move" ? MoveObject(store, item) : TagObject(store, item);
    } catch (Error& error) {
      if (stop_.requested()) throw;
      bool give_up = error.retry() == Retry::kNever || item.attempts + 1 >= attempts_max_;
      SettleOutboxFailed(connection, item.id, error, give_up, limits::kJobBackoffFirst);
      continue;
    }
    SettleOutboxDone(connection, item.id);
  }
  return static_cast<int>(items.size());
}

}  // namespace sluice
