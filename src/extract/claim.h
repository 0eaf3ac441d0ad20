// The right to write under a prefix: one extract at a time, also after one was killed.
#pragma once

#include <optional>
#include <string>

#include "extract/destination.h"

namespace sluice {

class ExtractClaim {
 public:
  // Puts the claim object. Errors (kRun): "extract-under-way" where another extract holds it, or
  // may: one of another host cannot be asked whether it lives.
  static ExtractClaim Take(const Destination& destination);
  // Destroyed without Release, the object stays: whoever comes next sees that it did not end well.

  // A name that no other extract has.
  const std::string& id() const { return id_; }
  // That of an extract that was killed and held it before; what it left may lie there. Or empty.
  const std::string& before() const { return before_; }
  // Errors (kRun): "extract-under-way" when it is another's now.
  void RequireHeld() const;
  // Removes the object.
  void Release();

 private:
  ExtractClaim(const Destination& destination, std::string id, std::string own, std::string before)
      : destination_(destination),
        id_(std::move(id)),
        own_(std::move(own)),
        before_(std::move(before)) {}

  const Destination& destination_;
  const std::string id_;
  const std::string own_;  // what the object holds
  const std::string before_;
};

}  // namespace sluice
