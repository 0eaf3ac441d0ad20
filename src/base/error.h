// The one exception type. An Error answers the two questions a caller may branch on, what to do
// next (Retry) and how much is lost (Scope), and carries what a person needs: where it came from,
// its own code, a message, a remedy. Bad records are values (row/reject.h), not Errors; our own
// mistakes are CHECKs (base/check.h).
#pragma once

#include <exception>
#include <string>
#include <string_view>

namespace sluice {

// What the caller does next.
enum class Retry {
  kNever,      // the same call would fail again
  kLater,      // a passing fault: the same call may succeed after a pause
  kUncertain,  // sent, and no answer came: it may or may not have happened
};

// How much is lost if the caller gives up.
enum class Scope { kRecord, kObject, kRun };

// Who said no. The names `postgres` and `aws` are the ones users of Aidbox's LoaderFile know.
enum class Origin { kSluice, kAws, kPostgres };

std::string_view ToString(Retry retry);
std::string_view ToString(Scope scope);
std::string_view ToString(Origin origin);

class Error : public std::exception {
 public:
  // `code` is the origin's own: an SQLSTATE, an S3 error code, or one of sluice's (lower case,
  // hyphens). `message` is one sentence without secrets and without record contents.
  Error(Origin origin, std::string code, std::string message);

  Error& With(Retry retry) &;
  Error& With(Scope scope) &;
  Error&& With(Retry retry) &&;
  Error&& With(Scope scope) &&;
  // What a person can do about it; one sentence.
  Error&& Remedy(std::string remedy) &&;
  // The server's DETAIL, which may hold record contents: for rejects only, never printed by what().
  Error&& Detail(std::string detail) &&;
  // Adds the context of a room that the error crosses: "reading s3://b/k at byte 4096: " + what was
  // there.
  Error& Within(std::string_view context);

  Origin origin() const { return origin_; }
  Retry retry() const { return retry_; }
  Scope scope() const { return scope_; }
  const std::string& code() const { return code_; }
  const std::string& message() const { return message_; }
  const std::string& remedy() const { return remedy_; }
  const std::string& detail() const { return detail_; }
  // "<message>": the contexts, outermost first, then the sentence.
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  Origin origin_;
  Retry retry_ = Retry::kNever;
  Scope scope_ = Scope::kObject;
  std::string code_;
  std::string message_;
  std::string remedy_;
  std::string detail_;
};

// Shorthand for an Error of our own.
Error Fault(std::string code, std::string message);

}  // namespace sluice
