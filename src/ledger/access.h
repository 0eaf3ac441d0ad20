// Who may call the server: users, their keys, browsers that logged in; and the audit of what they
// changed. Keys and cookies are secrets: here they are only hashed.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/id.h"
#include "pg/connection.h"

namespace sluice {

struct UserRow {
  int64_t id = 0;
  std::string name, role;
  bool disabled = false;
  std::string created_at;
  uint64_t keys = 0;  // that are valid
};

// False if there is one of this name. `role`: viewer, operator or admin.
bool MakeUser(pg::Connection& connection, const std::string& name, const std::string& role);
// False if there is no such user.
bool SetUserRole(pg::Connection& connection, const std::string& name, const std::string& role);
bool SetUserDisabled(pg::Connection& connection, const std::string& name, bool disabled);
std::vector<UserRow> ListUsers(pg::Connection& connection);

struct NewToken {
  int64_t id = 0;
  std::string key;  // shown once; nobody can find it out again
};
// `role` empty: the user's. `life` 0: until it is revoked. Nothing if there is no such user.
std::optional<NewToken> MakeToken(pg::Connection& connection, const std::string& user,
                                  const std::string& role, const std::string& note,
                                  std::chrono::seconds life);
struct TokenRow {
  int64_t id = 0;
  std::string user, role, note, created_at, expires_at, revoked_at;
};
std::vector<TokenRow> ListTokens(pg::Connection& connection);
bool RevokeToken(pg::Connection& connection, int64_t id);

struct Holder {
  int64_t user = 0;
  std::string name, role;
  int64_t token = 0;
};
// Whose key, or whose browser's cookie, this is; nothing if it is not valid (any more).
std::optional<Holder> FindTokenHolder(pg::Connection& connection, const std::string& key);
std::optional<Holder> FindSessionHolder(pg::Connection& connection, const std::string& cookie);
// A new cookie's value.
std::string MakeSession(pg::Connection& connection, int64_t token, std::chrono::seconds life);
void EndSession(pg::Connection& connection, const std::string& cookie);

struct AuditEntry {
  int64_t user = 0;  // 0: nobody had to prove who they are
  std::string user_name;
  int64_t token = 0;
  std::string peer, method, path;
};
int64_t BeginAudit(pg::Connection& connection, const AuditEntry& entry);
void EndAudit(pg::Connection& connection, int64_t id, int status, const std::string& subject);

// What became of an idempotency key.
struct KeyTaken {
  bool is_new = false;        // the caller shall do the work, then Settle or Drop
  bool same_request = false;  // as what the key was first used for
  ImportId import;            // 0: the first request is still running
};
KeyTaken TakeIdempotencyKey(pg::Connection& connection, int64_t user, const std::string& key,
                            const std::string& request);
void SettleIdempotencyKey(pg::Connection& connection, int64_t user, const std::string& key,
                          ImportId import);
void DropIdempotencyKey(pg::Connection& connection, int64_t user, const std::string& key);

}  // namespace sluice
