#include "extract/unload.h"

#include <fmt/format.h>

#include "base/crash_point.h"
#include "base/error.h"
#include "base/log.h"
#include "extract/claim.h"
#include "extract/occupation.h"

namespace sluice {
namespace {

// A literal of Redshift, which reads backslashes in it as escapes.
std::string Literal(std::string_view text) {
  std::string literal = "'";
  for (char c : text) {
    if (c == '\'' || c == '\\') literal += c;
    literal += c;
  }
  return literal + "'";
}

std::string Authorization(const UnloadRequest& request) {
  if (request.iam_role == "default") return " IAM_ROLE default";
  if (!request.iam_role.empty()) return " IAM_ROLE " + Literal(request.iam_role);
  const UnloadKeys& keys = request.keys.value();
  std::string text = " ACCESS_KEY_ID " + Literal(keys.access_key_id) + " SECRET_ACCESS_KEY " +
                     Literal(keys.secret_access_key);
  if (!keys.session_token.empty()) text += " SESSION_TOKEN " + Literal(keys.session_token);
  return text;
}

std::string Format(const UnloadRequest& request) {
  if (request.json) return " FORMAT JSON";
  const Dialect& dialect = request.dialect;
  std::string delimiter = Literal(std::string_view(&dialect.delimiter, 1));
  std::string text;
  if (dialect.kind == Dialect::Kind::kCsv) {
    text = " FORMAT CSV DELIMITER AS " + delimiter;
  } else {
    text = " DELIMITER AS " + delimiter;
    if (dialect.escape != Dialect::kNone) text += " ESCAPE";
    if (dialect.quote != Dialect::kNone) text += " ADDQUOTES";
  }
  if (dialect.header) text += " HEADER";
  return text + " NULL AS " + Literal(dialect.null);
}

// A server may quote the statement in what it says.
void Redact(std::string& text, const std::string& secret) {
  if (secret.empty()) return;
  for (size_t at = text.find(secret); at != text.npos; at = text.find(secret, at)) {
    text.replace(at, secret.size(), "(secret)");
  }
}

Error WithoutKeys(const Error& error, const UnloadRequest& request) {
  std::string message = error.message();
  if (request.keys) {
    Redact(message, request.keys->secret_access_key);
    Redact(message, request.keys->session_token);
    Redact(message, request.keys->access_key_id);
  }
  return Error(error.origin(), error.code(), message)
      .With(error.retry())
      .With(Scope::kRun)
      .Remedy(error.remedy());
}

[[noreturn]] void ThrowDiffers(const std::string& why) {
  throw Fault("unload-differs", why)
      .With(Scope::kRun)
      .Remedy("extract again; if it stays so, look at STL_UNLOAD_LOG and STL_ERROR");
}

uint64_t SendUnload(const pg::ConnectOptions& cluster, const std::string& statement,
                    const UnloadRequest& request, const Stop& stop) {
  pg::ConnectOptions bare = cluster;
  bare.bare = true;
  try {
    pg::Connection connection = pg::Connection::Open(bare, stop);
    connection.ExecScript(statement);
    pg::Result count = connection.ExecScript("SELECT pg_last_unload_count()");
    return static_cast<uint64_t>(count.int8(0, 0));
  } catch (const Error& error) {
    throw WithoutKeys(error, request);
  }
}

UnloadManifest CheckedManifest(const Destination& destination, const UnloadRequest& request,
                               uint64_t rows) {
  UnloadManifest manifest;
  try {
    manifest = ParseUnloadManifest(destination.ReadManifest());
  } catch (const Error& error) {
    if (error.code() != "NoSuchKey") throw;
    ThrowDiffers("UNLOAD left no manifest at " + ToString(destination.Manifest()));
  }
  uint64_t listed = 0, headers = 0;
  bool counted = true;
  for (UnloadManifest::Entry& entry : manifest.entries) {
    ObjectStat stat = destination.store().Stat({"", entry.bucket, entry.key, ""});
    if (entry.content_length.value_or(stat.size_bytes) != stat.size_bytes) {
      ThrowDiffers(fmt::format("{} has {} bytes, listed with {}", ToString(stat.ref),
                               stat.size_bytes, *entry.content_length));
    }
    entry.content_length = stat.size_bytes;
    entry.mandatory = true;
    counted = counted && entry.record_count.has_value();
    listed += entry.record_count.value_or(0);
    headers += request.dialect.header ? 1 : 0;
  }
  if (counted && listed != rows && listed != rows + headers) {
    ThrowDiffers(fmt::format("the manifest lists {} rows, UNLOAD counted {}", listed, rows));
  }
  if (!request.json) manifest.dialect = request.dialect;
  return manifest;
}

}  // namespace

std::string UnloadStatement(const UnloadRequest& request, const std::string& to) {
  std::string text = "UNLOAD (" + Literal(request.query) + ") TO " + Literal(to) +
                     Authorization(request) + Format(request) + " MANIFEST VERBOSE";
  if (!request.compression.empty()) text += " " + request.compression;
  if (request.existing == Existing::kOverwrite) text += " ALLOWOVERWRITE";
  if (request.existing == Existing::kClean) text += " CLEANPATH";
  text += request.parallel ? " PARALLEL ON" : " PARALLEL OFF";
  if (request.part_mib != 0) text += fmt::format(" MAXFILESIZE {} MB", request.part_mib);
  if (!request.region.empty()) text += " REGION " + Literal(request.region);
  return text;
}

ExtractResult ExtractByUnload(const pg::ConnectOptions& cluster, const Destination& destination,
                              const UnloadRequest& request, const Stop& stop) {
  ExtractClaim claim = ExtractClaim::Take(destination);
  CrashPoint("extract-claimed");
  try {
    if (auto left = MakeRoom(destination, claim, request.existing)) {
      ExtractResult result = ResultOf(destination, *left);
      result.found_complete = true;
      claim.Release();
      return result;
    }
    const std::string to = "s3://" + destination.place().bucket + "/" + destination.place().key;
    uint64_t rows = SendUnload(cluster, UnloadStatement(request, to), request, stop);
    CrashPoint("extract-unloaded");
    ExtractResult result = Publish(destination, claim, CheckedManifest(destination, request, rows));
    result.rows = rows;
    return result;
  } catch (...) {
    GiveUp(claim, stop);
    throw;
  }
}

}  // namespace sluice
