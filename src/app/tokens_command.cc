// sluice tokens, sluice users: who may call the server, and with which keys.
#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>

#include "app/command.h"
#include "app/target.h"
#include "app/text.h"
#include "ledger/access.h"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kTokenDetails[] =
    "create USER: prints a new key, once; nobody can find it out again. Makes the user where "
    "there\n"
    "is none, with --role (default viewer); of a user that there is, --role gives the key less "
    "than\n"
    "the user has. --expires ends it after so many days. revoke ID: the key is refused within\n"
    "seconds. list: every key that was ever made, without the key itself.";

constexpr char kUserDetails[] =
    "Without arguments: every user. add NAME --role ROLE, role NAME --role ROLE (changes it),\n"
    "disable NAME (refuses all keys of the user), enable NAME. Roles: a viewer looks, an operator\n"
    "starts and mends imports and reads rejects, an admin does everything.";

Error Usage(const std::string& why, const std::string& command) {
  return Fault("usage", why).With(Scope::kRun).Remedy("see sluice " + command + " --help");
}

Error UserUnknown(const std::string& name) {
  return Fault("user-unknown", "there is no user '" + name + "'")
      .With(Scope::kRun)
      .Remedy("`sluice users` lists them");
}

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json OrNull(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

// Keys may be made before the first load.
pg::Connection OpenAccess(const Invocation& call, const std::string& what) {
  Target target = StartTarget(call.settings);
  Database database = OpenDatabase(target, call.settings, what, call.stop);
  MigrateLedger(database);
  return database.Connect(Database::Use::kControl);
}

void CreateToken(pg::Connection& ledger, const std::string& user, const Settings& settings) {
  bool made = MakeUser(ledger, user, settings.role.empty() ? "viewer" : settings.role);
  auto token = MakeToken(ledger, user, made ? "" : settings.role, settings.note,
                         std::chrono::hours(24 * settings.expires_days));
  if (!token) throw UserUnknown(user);
  if (settings.json) {
    fmt::print("{}\n", Dump({{"token", token->id}, {"user", user}, {"key", token->key}}));
  } else {
    fmt::print("{}\n", token->key);
    if (!settings.quiet) {
      fmt::print(stderr, "key {} of {}: it is shown this once only\n", token->id, user);
    }
  }
}

void PrintTokens(pg::Connection& ledger, const Settings& settings) {
  TextTable table;
  table.Add({"KEY", "USER", "ROLE", "CREATED", "EXPIRES", "REVOKED", "NOTE"});
  auto or_dash = [](const std::string& text) { return text.empty() ? "-" : text; };
  for (const TokenRow& token : ListTokens(ledger)) {
    if (settings.json) {
      fmt::print("{}\n", Dump({{"token", token.id},
                               {"user", token.user},
                               {"role", token.role},
                               {"note", token.note},
                               {"created_at", token.created_at},
                               {"expires_at", OrNull(token.expires_at)},
                               {"revoked_at", OrNull(token.revoked_at)}}));
    } else {
      table.Add({std::to_string(token.id), Printable(token.user), token.role, token.created_at,
                 or_dash(token.expires_at), or_dash(token.revoked_at), Printable(token.note)});
    }
  }
  if (!settings.json) fmt::print("{}", table.Render());
}

void Revoke(pg::Connection& ledger, const std::string& text) {
  int64_t id = 0;
  auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), id);
  bool is_number = failed == std::errc() && end == text.data() + text.size();
  if (!is_number || !RevokeToken(ledger, id)) {
    throw Fault("token-unknown", "there is no key " + text)
        .With(Scope::kRun)
        .Remedy("`sluice tokens list` lists them by number");
  }
}

ExitCode Tokens(const Invocation& call) {
  const std::string& deed = call.one("create|list|revoke");
  const std::string& what = call.one("USER|ID");
  if ((deed == "list") != what.empty()) throw Usage(deed + " takes another argument", "tokens");
  pg::Connection ledger = OpenAccess(call, "tokens");
  if (deed == "create") {
    CreateToken(ledger, what, call.settings);
  } else if (deed == "revoke") {
    Revoke(ledger, what);
  } else {
    PrintTokens(ledger, call.settings);
  }
  return ExitCode::kDone;
}

void PrintUsers(pg::Connection& ledger, const Settings& settings) {
  TextTable table;
  table.Add({"USER", "ROLE", "STATE", "KEYS", "CREATED"});
  for (const UserRow& user : ListUsers(ledger)) {
    if (settings.json) {
      fmt::print("{}\n", Dump({{"user", user.name},
                               {"role", user.role},
                               {"disabled", user.disabled},
                               {"keys", user.keys},
                               {"created_at", user.created_at}}));
    } else {
      table.Add({Printable(user.name), user.role, user.disabled ? "disabled" : "active",
                 std::to_string(user.keys), user.created_at});
    }
  }
  if (!settings.json) fmt::print("{}", table.Render());
}

void ChangeUser(pg::Connection& ledger, const std::string& deed, const std::string& name,
                const Settings& settings) {
  if (deed == "add") {
    if (!MakeUser(ledger, name, settings.role.empty() ? "viewer" : settings.role)) {
      throw Fault("user-exists", "there is a user '" + name + "' already")
          .With(Scope::kRun)
          .Remedy("`sluice users role` changes what a user may do");
    }
    return;
  }
  if (deed == "role" && settings.role.empty()) throw Usage("role needs --role", "users");
  bool found = deed == "role" ? SetUserRole(ledger, name, settings.role)
                              : SetUserDisabled(ledger, name, deed == "disable");
  if (!found) throw UserUnknown(name);
}

ExitCode Users(const Invocation& call) {
  const std::string& deed = call.one("add|role|disable|enable");
  const std::string& name = call.one("NAME");
  if (deed.empty() != name.empty()) throw Usage("which user?", "users");
  pg::Connection ledger = OpenAccess(call, "users");
  if (!deed.empty()) ChangeUser(ledger, deed, name, call.settings);
  if (!call.settings.quiet) PrintUsers(ledger, call.settings);
  return ExitCode::kDone;
}

}  // namespace

Command TokensCommand() {
  return {.name = "tokens",
          .summary = "keys for the server: make, list or revoke them",
          .details = kTokenDetails,
          .arguments = {{"create|list|revoke",
                         "what to do",
                         Argument::Count::kOne,
                         {"create", "list", "revoke"}},
                        {"USER|ID", "whose key, or its number", Argument::Count::kOptional}},
          .options = {"role", "note", "expires", "into", "config", "json", "quiet", "verbose"},
          .run = Tokens};
}

Command UsersCommand() {
  return {.name = "users",
          .summary = "who may call the server: list, add, change",
          .details = kUserDetails,
          .arguments = {{"add|role|disable|enable",
                         "what to do",
                         Argument::Count::kOptional,
                         {"add", "role", "disable", "enable"}},
                        {"NAME", "the user", Argument::Count::kOptional}},
          .options = {"role", "into", "config", "json", "quiet", "verbose"},
          .run = Users};
}

}  // namespace sluice
