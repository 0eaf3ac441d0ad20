// Calls: what another system was told of an object, one row for each try. The intent is committed
// before the call is made, its outcome after it (house promise 7), so a call that was cut off is
// known, and is never taken for one that was not made.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/id.h"
#include "ledger/inspect.h"
#include "ledger/job.h"
#include "ledger/settle.h"
#include "pg/connection.h"

namespace sluice {

using CallId = Id<struct CallTag>;

// What a call is about.
struct CallIntent {
  std::string subject;  // whom or what, in the other system's word
  std::string etag;     // of the content that is sent
  std::string version;  // where the bucket keeps versions: this one's id
  std::string token;    // by which the other system knows a call that comes twice
};

// A call that has no outcome: cut off, or uncertain; or one that was put off, but repeated another
// of which that is still true.
struct OpenCall {
  CallId id;
  CallIntent intent;
  bool put_off = false;
  bool under_way = false;  // another job is at it right now
};
// What the ledger knows of a job's object: the receipt of what was told, and the call without an
// outcome.
struct Told {
  std::optional<CurrentReceipt> receipt;
  std::optional<OpenCall> open;
};
Told FindTold(pg::Connection& connection, const Job& job);

// Commits the intents, durably, in one transaction; what came of each, in their order. Nothing: the
// lease is lost, or FindTold has something to say of the object.
struct NewCall {
  const Job* job;
  CallIntent intent;
};
std::vector<std::optional<CallId>> BeginCalls(pg::Connection& connection,
                                              std::span<const NewCall> calls);
// Then, when it was asked. Nothing: the lease is lost, or another call about the object is open.
// `instead_of`, if given, becomes `as` ("absent" or "repeated") in the same transaction.
std::optional<CallId> BeginCall(pg::Connection& connection, const NewCall& call,
                                CallId instead_of = {}, const std::string& as = {});

// Each of these ends the call and settles its job in one transaction. False, and nothing is
// changed, if the lease is lost.
//
// It happened: the object counts as loaded, and `disposition` follows.
struct DoneCall {
  const Job* job;
  CallId call;
  std::string etag;    // of the content that was sent
  std::string result;  // the other system's name for what came of it
};
bool SettleCallDone(pg::Connection& connection, const DoneCall& call, uint32_t relation,
                    const Disposition& disposition);
// The same for several objects at once: all in one transaction, or none. False, and nothing is
// changed, also if one of them was told of this very content before; then settle each by itself.
bool SettleCallsDone(pg::Connection& connection, std::span<const DoneCall> calls, uint32_t relation,
                     const Disposition& disposition);
// It failed, or nobody knows ("later", "refused", "uncertain"); without a pause the job is dead.
bool SettleCallFailed(pg::Connection& connection, const Job& job, CallId call,
                      const std::string& state, const Error& error,
                      std::optional<std::chrono::milliseconds> pause);
// It could not be made now, which is not the object's fault: no attempt is counted.
bool SettleCallLater(pg::Connection& connection, const Job& job, CallId call, const Error& error,
                     std::chrono::milliseconds pause);

// Whether other objects' calls went through since the job's last one was put off.
bool OthersWentThrough(pg::Connection& connection, const Job& job);

// The oid of the table of calls.
uint32_t CallRelation(pg::Connection& connection);

struct CallRow {
  CallId id;
  ImportId import;
  JobId job;
  ObjectRef object;
  std::string version, subject, state, result, error_code, error_message, sent_at, ended_at;
};
// What is empty matches all.
struct CallFilter {
  ImportId import;
  std::string subject, state;
  ObjectName object;  // an empty key matches all
};
// The newest first; `before`: only older ones.
std::vector<CallRow> ListCalls(pg::Connection& connection, const CallFilter& filter, CallId before,
                               int limit);
bool IsCallState(std::string_view word);

// How many calls of the import are in each state; and how many of its objects were not taken, by
// reason.
std::map<std::string, uint64_t> TallyCalls(pg::Connection& connection, ImportId import);
std::map<std::string, uint64_t> TallyReasons(pg::Connection& connection, ImportId import);

}  // namespace sluice
