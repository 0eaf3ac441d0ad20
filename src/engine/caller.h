// What a system answers whose objects are not loaded: another system is told of each, by one call.
// When to call, how often, what is kept of it and what becomes of the job is the engine's
// (call_object.h).
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "base/stop.h"
#include "object/object_ref.h"

namespace sluice {

class StoreSet;

struct CallAnswer {
  enum class Kind {
    kDone,
    kLater,      // a passing fault that may be this object's own
    kDown,       // the other system takes no calls now, whatever they are about
    kRefused,    // the same call would be refused again
    kDenied,     // so would every other: the address or the key is wrong
    kUncertain,  // it may or may not have happened
  };
  Kind kind = Kind::kDone;
  // Whether other calls had better wait until this system is seen to be up.
  bool trips = false;
  std::string result = {};   // kDone: the other system's name for what came of it
  std::string code = {};     // else: the other system's own word, or ours
  std::string message = {};  // one sentence, without secrets and without contents
  std::string remedy = {};
  std::optional<std::chrono::milliseconds> pause = {};  // as the other system asks for
};

// What to do about a call of which nobody knows whether it happened.
enum class WhenUncertain {
  kRepeat,  // the other system knows a call that comes twice by its token
  kAsk,     // it can be asked
  kRetry,   // make it again: the user would rather have it twice than not at all
  kHold,    // a person decides
};

// A call that is ready to be made.
class PreparedCall {
 public:
  virtual ~PreparedCall() = default;
  virtual const std::string& subject() const = 0;
  // Makes it. Not stopped by a stop request: its answer is worth the wait, which has an end. What
  // goes wrong is in the answer.
  virtual CallAnswer Make(const std::string& token) = 0;
};

struct Examined {
  ObjectStat object;    // as it is now
  std::string why_not;  // why there is nothing to call about, in the documented words; else empty
  std::unique_ptr<PreparedCall> call;  // with why_not: null
};

// Used by several threads at once.
class Caller {
 public:
  virtual ~Caller() = default;
  // Looks at the object as it is now. Errors: the store's; an object that can never be called
  // about, though it should be, is kNever with the cause.
  virtual Examined Examine(StoreSet& stores, const ObjectRef& ref, const Stop& stop) = 0;
  virtual WhenUncertain when_uncertain() const = 0;
  // Whether the other system knows of `subject`; kAsk only. Errors: kLater where it does not say.
  virtual bool Knows(const std::string& subject) = 0;
};

}  // namespace sluice
