#include "base/error.h"

#include <utility>

namespace sluice {

std::string_view ToString(Retry retry) {
  switch (retry) {
    case Retry::kNever:
      return "never";
    case Retry::kLater:
      return "later";
    case Retry::kUncertain:
      return "uncertain";
  }
  return "?";
}

std::string_view ToString(Scope scope) {
  switch (scope) {
    case Scope::kRecord:
      return "record";
    case Scope::kObject:
      return "object";
    case Scope::kRun:
      return "run";
  }
  return "?";
}

std::string_view ToString(Origin origin) {
  switch (origin) {
    case Origin::kSluice:
      return "sluice";
    case Origin::kAws:
      return "aws";
    case Origin::kPostgres:
      return "postgres";
  }
  return "?";
}

Error::Error(Origin origin, std::string code, std::string message)
    : origin_(origin), code_(std::move(code)), message_(std::move(message)) {}

Error& Error::With(Retry retry) & {
  retry_ = retry;
  return *this;
}

Error& Error::With(Scope scope) & {
  scope_ = scope;
  return *this;
}

Error&& Error::With(Retry retry) && { return std::move(With(retry)); }

Error&& Error::With(Scope scope) && { return std::move(With(scope)); }

Error&& Error::Remedy(std::string remedy) && {
  remedy_ = std::move(remedy);
  return std::move(*this);
}

Error&& Error::Detail(std::string detail) && {
  detail_ = std::move(detail);
  return std::move(*this);
}

Error& Error::Within(std::string_view context) {
  message_ = std::string(context) + ": " + message_;
  return *this;
}

Error Fault(std::string code, std::string message) {
  return Error(Origin::kSluice, std::move(code), std::move(message));
}

}  // namespace sluice
