#include "engine/call_object.h"

#include <fmt/format.h>

#include "base/crash_point.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/log.h"
#include "engine/limits.h"
#include "engine/retry_pause.h"
#include "ledger/call.h"
#include "ledger/queue.h"

namespace sluice {
namespace {

using Kind = CallAnswer::Kind;

Error LeaseLost() { return Fault("lease-lost", "another worker has the object"); }

void Require(bool ours) {
  if (!ours) throw LeaseLost();
}

Error AsError(const CallAnswer& answer, Retry retry) {
  return Fault(answer.code, answer.message).With(retry).Remedy(std::string(answer.remedy));
}

class CallLine {
 public:
  CallLine(const CallContext& context, const Job& job) : context_(context), job_(job) {}

  void Run() {
    Examined found = context_.caller.Examine(context_.stores, job_.object.ref, context_.stop);
    job_.object = found.object;
    context_.meter.packed_bytes.fetch_add(found.object.size_bytes, std::memory_order_relaxed);
    CrashPoint("object-examined");
    if (!found.why_not.empty()) {
      Require(SettleSkipped(context_.connection, job_, found.why_not, {}, {}));
      return;
    }
    Make(*found.call);
  }

 private:
  const std::string& etag() const { return job_.object.ref.etag; }

  // This very version was told of before: only its mark may be missing.
  bool AlreadyDone(const std::optional<CurrentReceipt>& receipt) {
    if (!receipt || receipt->etag != etag()) return false;
    Require(SettleSkipped(context_.connection, job_, "already-loaded", receipt->id,
                          context_.options.then));
    return true;
  }

  // A call without an outcome, of this job or another. True if the job is settled by what is known
  // of it; else the next call stands in for it.
  bool ResolvedOpenCall() {
    if (!open_ || open_->put_off) return false;
    if (open_->under_way) {
      Require(GiveBackLater(context_.connection, job_, limits::kJobBackoffFirst));
      return true;
    }
    switch (context_.caller.when_uncertain()) {
      case WhenUncertain::kRepeat:
      case WhenUncertain::kRetry:
        instead_as_ = "repeated";
        return false;
      case WhenUncertain::kAsk:
        if (!context_.caller.Knows(open_->intent.subject)) {
          instead_as_ = "absent";
          return false;
        }
        Require(SettleDone(context_.connection, {&job_, open_->id, open_->intent.etag, ""}));
        return true;
      case WhenUncertain::kHold:
        Hold(open_->id, "the call was cut off before its answer was known");
        return true;
    }
    return true;
  }

  void Make(PreparedCall& call) {
    std::optional<Breaker::Leave> leave = context_.breaker.Pass([this] { return Ends(); });
    if (!leave || !context_.pace.AwaitCall([this] { return Ends(); })) {
      Require(GiveBack(context_.connection, job_));
      return;
    }
    CallIntent intent{call.subject(), etag(), job_.object.version, RandomUuid()};
    std::optional<CallId> begun = context_.book.Begin(context_.connection, {&job_, intent});
    if (!begun) begun = BeginKnown(intent);
    if (!begun) return;
    CrashPoint("call-intended");
    CallAnswer answer = call.Make(intent.token);
    CrashPoint("call-answered");
    if (answer.trips) {
      leave->Down(answer.pause);
    } else if (answer.kind != Kind::kUncertain) {
      leave->Up();
    }
    Settle(*begun, answer);
    CrashPoint("call-settled");
  }

  // Where something is known of the object already, or another import's job began a call in this
  // moment. Nothing if the job is settled by it, or waits.
  std::optional<CallId> BeginKnown(CallIntent& intent) {
    Told told = FindTold(context_.connection, job_);
    open_ = told.open;
    if (AlreadyDone(told.receipt) || ResolvedOpenCall()) return std::nullopt;
    KeepToken(intent);
    std::optional<CallId> begun =
        BeginCall(context_.connection, {&job_, intent}, Superseded(), instead_as_);
    if (!begun) Require(GiveBackLater(context_.connection, job_, limits::kJobBackoffFirst));
    return begun;
  }

  CallId Superseded() const { return open_ && !open_->put_off ? open_->id : CallId{}; }

  // What is meant to happen once is repeated under its first token, unless it is meant for other
  // content or somebody else. So is what follows a repeat that was only put off.
  void KeepToken(CallIntent& intent) const {
    if (!open_ || open_->intent.etag != intent.etag || open_->intent.subject != intent.subject) {
      return;
    }
    intent.token = open_->intent.token;
  }

  bool Ends() const {
    context_.stop.ThrowIfRequested();
    if (context_.lease_lost) throw LeaseLost();
    return context_.over.requested();
  }

  // What is known must be kept, also when the thread's own session is lost, or the user wants to
  // stop, which ends every wait of it.
  void Settle(CallId call, const CallAnswer& answer) {
    try {
      if (!context_.stop.requested()) return SettleBy(context_.connection, call, answer);
    } catch (const Error&) {
      if (!context_.connection.lost() && !context_.stop.requested()) throw;
    }
    pg::Connection last = context_.database.WithoutStop().ConnectPatiently(Database::Use::kControl);
    SettleBy(last, call, answer);
  }

  void SettleBy(pg::Connection& connection, CallId call, const CallAnswer& answer) {
    switch (answer.kind) {
      case Kind::kDone:
        Require(SettleDone(connection, {&job_, call, etag(), answer.result}));
        context_.meter.records.fetch_add(1, std::memory_order_relaxed);
        return;
      case Kind::kDown:
        return PutOff(connection, call, answer);
      case Kind::kDenied:
        PutOff(connection, call, answer);
        throw AsError(answer, Retry::kNever).With(Scope::kRun);
      case Kind::kLater:
        if (!OthersWentThrough(connection, job_)) return PutOff(connection, call, answer);
        return Fail(connection, call, "later", AsError(answer, Retry::kLater), answer.pause);
      case Kind::kRefused:
        return Fail(connection, call, "refused", AsError(answer, Retry::kNever), {});
      case Kind::kUncertain:
        if (context_.caller.when_uncertain() == WhenUncertain::kHold) {
          return Hold(connection, call, answer.message);
        }
        return Fail(connection, call, "uncertain", AsError(answer, Retry::kLater), answer.pause);
    }
  }

  bool SettleDone(pg::Connection& connection, const DoneCall& call) {
    return context_.book.SettleDone(connection, call, context_.table.relation,
                                    context_.options.then);
  }

  // Nothing was wrong with the object: its attempts are for what is.
  void PutOff(pg::Connection& connection, CallId call, const CallAnswer& answer) {
    auto pause = answer.pause.value_or(PauseBeforeRetry(1));
    Require(SettleCallLater(connection, job_, call, AsError(answer, Retry::kLater),
                            std::min(pause, limits::kRetryAfterMax)));
    Log(LogLevel::kInfo, ToString(job_.object.ref) + ": " + answer.code + "; put off");
  }

  void Fail(pg::Connection& connection, CallId call, const std::string& state, const Error& error,
            std::optional<std::chrono::milliseconds> asked) {
    std::optional<std::chrono::milliseconds> pause;
    if (error.retry() == Retry::kLater && job_.attempts + 1 < context_.options.attempts) {
      pause = asked.value_or(PauseBeforeRetry(job_.attempts));
      context_.meter.retries.fetch_add(1, std::memory_order_relaxed);
    }
    Require(SettleCallFailed(connection, job_, call, state, error, pause));
    Log(LogLevel::kInfo, fmt::format("{}: {}{}", ToString(job_.object.ref), error.code(),
                                     pause ? "; will try again" : ""));
  }

  void Hold(CallId call, const std::string& why) { Hold(context_.connection, call, why); }
  void Hold(pg::Connection& connection, CallId call, const std::string& why) {
    Error error = Fault("call-uncertain", why + ": whether it happened is not known")
                      .Remedy(
                          "ask the other system; if it does not know of the object, "
                          "`sluice retry OBJECT` calls again");
    Require(SettleCallFailed(connection, job_, call, "uncertain", error, std::nullopt));
    Log(LogLevel::kInfo, ToString(job_.object.ref) + ": " + error.code());
  }

  const CallContext& context_;
  Job job_;
  std::optional<OpenCall> open_;
  std::string instead_as_;  // what becomes of it when the next is begun
};

}  // namespace

void CallObject(const CallContext& context, const Job& job) { CallLine(context, job).Run(); }

}  // namespace sluice
