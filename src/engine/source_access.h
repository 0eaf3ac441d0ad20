// How this process reaches an import's sources, beyond what the import's options say: secrets,
// which never leave its memory, and what a request is not allowed to use.
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "object/credentials.h"

namespace sluice {

class Database;

struct SourceAccess {
  // Keys that the request brought. With them, or with `ambient` false, this process's own
  // credentials are not used: whoever names an endpoint must not be sent them.
  std::optional<CredentialOptions> keys = {};
  bool ambient = true;
  // http::Options::may_connect, for an endpoint that the request named.
  std::function<bool(std::string_view address)> may_connect = {};
  // Where spool:// is; null: a process without a ledger, which cannot read it.
  const Database* ledger = nullptr;
};

}  // namespace sluice
