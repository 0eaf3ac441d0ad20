#include "app/extract_place.h"

#include <filesystem>

#include "app/table_request.h"
#include "app/target.h"
#include "base/digest.h"
#include "base/error.h"
#include "extract/extract.h"
#include "extract/unload.h"
#include "object/credentials.h"
#include "object/file_store.h"
#include "system/table/table_name.h"

namespace sluice {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void Refuse(const std::string& why, const std::string& remedy) {
  throw Fault("usage", why).With(Scope::kRun).Remedy(remedy);
}

bool IsRedshift(const Settings& settings) { return settings.from.starts_with("redshift://"); }

std::string UrlOf(const Settings& settings) {
  if (settings.from.empty()) {
    Refuse("extract needs --from", "name the database: --from postgresql://USER@HOST/DATABASE");
  }
  // libpq knows one scheme.
  constexpr std::string_view kScheme = "redshift://";
  return IsRedshift(settings) ? "postgresql://" + settings.from.substr(kScheme.size())
                              : settings.from;
}

Packing PackingOf(const Settings& settings) {
  if (settings.compress == "none") return Packing::kNone;
  if (settings.compress == "zstd") return Packing::kZstd;
  if (settings.compress == "bzip2") {
    Refuse("bzip2 is written by Redshift only", "say --compress zstd, gzip or none");
  }
  return Packing::kGzip;
}

ExtractResult FromPostgres(const Settings& settings, ExtractRequest request,
                           const Destination& destination, const Stop& stop) {
  request.dialect = Dialect::Text();
  if (settings.format == "json" || settings.format == "ndjson" || settings.format == "unload") {
    Refuse("--format " + settings.format + " is written by Redshift only",
           "say --format text or csv");
  }
  ReadDialect(settings, request.dialect);
  request.packing = PackingOf(settings);
  Database source = OpenDatabase({UrlOf(settings)}, settings, "extract", stop);
  return Extract(source, destination, request, stop);
}

UnloadKeys OwnKeys(const Settings& settings) {
  CredentialOptions options;
  options.profile = settings.profile;
  Credentials found = ReadCredentials(options, ProcessEnvironment);
  return {found.key.access_key_id, found.key.secret_access_key, found.key.session_token};
}

std::string QuotedName(const std::string& text) {
  TableName name = ParseTableName(text);
  std::string quoted;
  for (const std::string& part : {name.schema, name.table}) {
    quoted += quoted.empty() ? "\"" : ".\"";
    for (char c : part) quoted += c == '"' ? std::string(2, c) : std::string(1, c);
    quoted += '"';
  }
  return quoted;
}

ExtractResult FromRedshift(const Settings& settings, const ExtractRequest& request,
                           const Destination& destination, const Stop& stop) {
  if (destination.is_file()) Refuse("UNLOAD writes to S3", "say --to s3://BUCKET/PREFIX");
  UnloadRequest unload;
  unload.query =
      request.query.empty() ? "SELECT * FROM " + QuotedName(request.table) : request.query;
  unload.json = settings.format == "json" || settings.format == "ndjson";
  unload.dialect = Dialect::Unload();
  if (settings.escape.empty() && settings.format != "csv") unload.dialect.escape = '\\';
  const char escape = unload.dialect.escape;
  ReadDialect(settings, unload.dialect);
  if (settings.escape.empty() && settings.format != "csv") unload.dialect.escape = escape;
  // No value can be taken for it; \N could, because UNLOAD may escape its backslash.
  if (!settings.null_said) unload.dialect.null = "null-" + RandomUuid();
  unload.compression = settings.compress.empty() || settings.compress == "gzip" ? "GZIP"
                       : settings.compress == "zstd"                            ? "ZSTD"
                       : settings.compress == "bzip2"                           ? "BZIP2"
                                                                                : "";
  unload.iam_role = settings.iam_role;
  if (unload.iam_role.empty()) unload.keys = OwnKeys(settings);
  unload.region = settings.region;
  unload.parallel = settings.threads != 1;
  unload.part_mib = settings.part_mib;
  unload.existing = request.existing;
  pg::ConnectOptions cluster;
  cluster.url = UrlOf(settings);
  cluster.application_name = "sluice extract";
  cluster.silence_max = settings.database_silence;
  return ExtractByUnload(cluster, destination, unload, stop);
}

}  // namespace

ExtractPlace::ExtractPlace(const std::string& to, const Settings& settings, const Stop& stop) {
  if (to.starts_with("s3://")) {
    Source source = ParseSource(to);
    if (source.prefix.empty()) {
      Refuse("--to " + to + " names a whole bucket", "say a prefix: --to s3://BUCKET/PREFIX");
    }
    LoadOptions options;
    options.sources = {to};
    options.s3_endpoint = settings.s3_endpoint;
    options.s3_path_style = settings.s3_path_style;
    options.region = settings.region;
    options.profile = settings.profile;
    options.ca_bundle = settings.ca_bundle;
    options.connect_timeout = settings.connect_timeout;
    options.read_timeout = settings.read_timeout;
    stores_ = std::make_unique<StoreSet>(options, std::vector<std::string>{}, stop);
    ObjectStore& store = stores_->For(stores_->sources().front());
    destination_.emplace(store, ObjectRef{"", source.bucket, source.prefix, ""});
    source_ = to;
    return;
  }
  if (to.find("://") != std::string::npos) {
    Refuse("parts cannot be written to " + to, "say --to s3://BUCKET/PREFIX or a directory");
  }
  std::error_code failed;
  fs::create_directories(to, failed);
  if (failed) Refuse("the directory " + to + " cannot be made", "check the path and its rights");
  std::string root = fs::canonical(to).string();
  files_ = NewFileStore(root);
  destination_.emplace(*files_, ObjectRef{"file://", "", root + "/", ""});
  source_ = root;
}

Existing ExistingOf(const Settings& settings) {
  if (settings.existing == "overwrite") return Existing::kOverwrite;
  return settings.existing == "clean" ? Existing::kClean : Existing::kRefuse;
}

ExtractResult RunExtract(const Settings& settings, ExtractRequest request,
                         const Destination& destination, const Stop& stop) {
  request.existing = ExistingOf(settings);
  request.streams = settings.threads;
  if (settings.part_mib != 0) request.part_bytes = settings.part_mib * kMiB;
  return IsRedshift(settings) ? FromRedshift(settings, request, destination, stop)
                              : FromPostgres(settings, std::move(request), destination, stop);
}

}  // namespace sluice
