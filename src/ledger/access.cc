#include "ledger/access.h"

#include "base/digest.h"
#include "ledger/access_sql.h"

namespace sluice {
namespace {

// Tells people, and programs that look for secrets in the wrong places, what it is.
constexpr char kKeyPrefix[] = "slk_";
constexpr size_t kSecretBytes = 32;

std::string NewSecret() {
  std::string bytes = RandomBytes(kSecretBytes);
  return Hex(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
}

std::string Hash(std::string_view secret) {
  Sha256Bytes hash = Sha256(secret);
  return pg::Bytea({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

std::string Text(int64_t number) { return std::to_string(number); }

pg::Value OrNull(int64_t number) { return number == 0 ? pg::Value() : Text(number); }

std::optional<Holder> ReadHolder(const pg::Result& rows) {
  if (rows.rows() == 0) return std::nullopt;
  return Holder{.user = rows.int8(0, 0),
                .name = std::string(rows.text(0, 1)),
                .role = std::string(rows.text(0, 2)),
                .token = rows.int8(0, 3)};
}

}  // namespace

bool MakeUser(pg::Connection& connection, const std::string& name, const std::string& role) {
  return connection.Exec(sql::kMakeUser, {name, role}).rows() == 1;
}

bool SetUserRole(pg::Connection& connection, const std::string& name, const std::string& role) {
  return connection.Exec(sql::kSetUserRole, {name, role}).rows_changed() == 1;
}

bool SetUserDisabled(pg::Connection& connection, const std::string& name, bool disabled) {
  return connection.Exec(sql::kDisableUser, {name, disabled ? "true" : "false"}).rows_changed() ==
         1;
}

std::vector<UserRow> ListUsers(pg::Connection& connection) {
  pg::Result rows = connection.Exec(sql::kUsers);
  std::vector<UserRow> users;
  for (int row = 0; row < rows.rows(); ++row) {
    users.push_back({.id = rows.int8(row, 0),
                     .name = std::string(rows.text(row, 1)),
                     .role = std::string(rows.text(row, 2)),
                     .disabled = rows.boolean(row, 3),
                     .created_at = std::string(rows.text(row, 4)),
                     .keys = static_cast<uint64_t>(rows.int8(row, 5))});
  }
  return users;
}

std::optional<NewToken> MakeToken(pg::Connection& connection, const std::string& user,
                                  const std::string& role, const std::string& note,
                                  std::chrono::seconds life) {
  NewToken token{.key = kKeyPrefix + NewSecret()};
  pg::Result made = connection.Exec(
      sql::kMakeToken, {user, Hash(token.key), role.empty() ? pg::Value() : pg::Value(role), note,
                        OrNull(life.count())});
  if (made.rows() == 0) return std::nullopt;
  token.id = made.int8(0, 0);
  return token;
}

std::vector<TokenRow> ListTokens(pg::Connection& connection) {
  pg::Result rows = connection.Exec(sql::kTokens);
  std::vector<TokenRow> tokens;
  for (int row = 0; row < rows.rows(); ++row) {
    auto text = [&](int column) { return std::string(rows.text(row, column)); };
    tokens.push_back({.id = rows.int8(row, 0),
                      .user = text(1),
                      .role = text(2),
                      .note = text(3),
                      .created_at = text(4),
                      .expires_at = text(5),
                      .revoked_at = text(6)});
  }
  return tokens;
}

bool RevokeToken(pg::Connection& connection, int64_t id) {
  return connection.Exec(sql::kRevokeToken, {Text(id)}).rows_changed() == 1;
}

std::optional<Holder> FindTokenHolder(pg::Connection& connection, const std::string& key) {
  return ReadHolder(connection.Exec(sql::kTokenHolder, {Hash(key)}));
}

std::optional<Holder> FindSessionHolder(pg::Connection& connection, const std::string& cookie) {
  return ReadHolder(connection.Exec(sql::kSessionHolder, {Hash(cookie)}));
}

std::string MakeSession(pg::Connection& connection, int64_t token, std::chrono::seconds life) {
  std::string cookie = NewSecret();
  connection.Exec(sql::kMakeSession, {Hash(cookie), Text(token), Text(life.count())});
  return cookie;
}

void EndSession(pg::Connection& connection, const std::string& cookie) {
  connection.Exec(sql::kEndSession, {Hash(cookie)});
}

int64_t BeginAudit(pg::Connection& connection, const AuditEntry& entry) {
  return connection
      .Exec(sql::kBeginAudit, {OrNull(entry.user), entry.user_name, OrNull(entry.token), entry.peer,
                               entry.method, entry.path})
      .int8(0, 0);
}

void EndAudit(pg::Connection& connection, int64_t id, int status, const std::string& subject) {
  connection.Exec(sql::kEndAudit, {Text(id), Text(status), subject});
}

KeyTaken TakeIdempotencyKey(pg::Connection& connection, int64_t user, const std::string& key,
                            const std::string& request) {
  std::string hash = Hash(request);
  if (connection.Exec(sql::kTakeIdempotencyKey, {Text(user), key, hash}).rows_changed() == 1) {
    return {.is_new = true, .same_request = true, .import = {}};
  }
  pg::Result row = connection.Exec(sql::kIdempotencyKey, {Text(user), key, hash});
  if (row.rows() == 0) return {};  // given back in between
  ImportId import;
  if (!row.is_null(0, 1)) import.value = row.int8(0, 1);
  return {.is_new = false, .same_request = row.boolean(0, 0), .import = import};
}

void SettleIdempotencyKey(pg::Connection& connection, int64_t user, const std::string& key,
                          ImportId import) {
  connection.Exec(sql::kSettleIdempotencyKey, {Text(user), key, Text(import.value)});
}

void DropIdempotencyKey(pg::Connection& connection, int64_t user, const std::string& key) {
  connection.Exec(sql::kDropIdempotencyKey, {Text(user), key});
}

}  // namespace sluice
