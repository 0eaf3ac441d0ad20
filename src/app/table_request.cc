#include "app/table_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "app/complain.h"
#include "base/error.h"
#include "engine/store_set.h"
#include "system/table/copy_form.h"
#include "system/table/manifest_source.h"
#include "system/table/table_name.h"
#include "system/table/table_system.h"

namespace sluice {
namespace {

[[noreturn]] void Refuse(const std::string& why, const std::string& remedy) {
  throw Fault("usage", why).With(Scope::kRun).Remedy(remedy);
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = static_cast<char>(c | 0x20);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// One character as people type it: itself, \t, \xHH; "none" for no such character.
char ReadByte(const std::string& text, const std::string& option) {
  if (text == "none") return Dialect::kNone;
  if (text == "\\t" || text == "tab") return '\t';
  if (text == "backslash" || text == "\\\\") return '\\';
  if (text.size() == 1) return text[0];
  if (text.size() == 4 && text.starts_with("\\x") && HexDigit(text[2]) >= 0 &&
      HexDigit(text[3]) >= 0) {
    return static_cast<char>(HexDigit(text[2]) * 16 + HexDigit(text[3]));
  }
  Refuse(option + " " + text + " is not one character", "give one character, \\t, \\xHH or none");
}

Dialect StandardDialect(const std::string& format) {
  if (format == "csv") return Dialect::Csv();
  return format == "unload" ? Dialect::Unload() : Dialect::Text();
}

void ReadExtraKeys(const Settings& settings, TableOptions& options) {
  if (settings.extra_keys == "reject") return;
  if (!options.json) Refuse("--extra-keys is for --format json", "leave it out");
  if (settings.extra_keys == "ignore") {
    options.extra = ExtraKeys::kIgnore;
    return;
  }
  options.extra = ExtraKeys::kColumn;
  options.extra_column = ParseNames(settings.extra_keys).front();
}

// The encodings in which every byte of a character but the first may be an ASCII one, or in which
// nothing is ASCII (https://www.postgresql.org/docs/current/multibyte.html, "client only").
void CheckEncoding(std::string& encoding) {
  for (char& c : encoding) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  if (encoding == "UTF-8") encoding = "UTF8";
  bool word = std::ranges::all_of(
      encoding, [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-'; });
  for (const char* refused :
       {"SJIS", "SHIFT", "BIG5", "GBK", "GB18030", "UHC", "JOHAB", "UTF16", "UTF-16", "UCS"}) {
    if (encoding.starts_with(refused)) word = false;
  }
  if (!word) {
    Refuse("files in the encoding " + encoding + " cannot be split into lines and fields as bytes",
           "convert them to UTF-8 (iconv)");
  }
}

// A format that UNLOAD writes in several ways says nothing about escapes by itself.
void CheckDeclared(const Settings& settings, const TableOptions& options, bool by_manifest) {
  if (options.json || by_manifest) return;
  if (settings.format.empty()) {
    throw Fault("dialect-undeclared", "how the files are written must be said")
        .With(Scope::kRun)
        .Remedy(
            "say --format csv, --format json, --format text (COPY's: a backslash escapes), or "
            "--format unload with --escape none or --escape backslash");
  }
  if (options.dialect.kind == Dialect::Kind::kUnload && settings.escape.empty()) {
    throw Fault("dialect-undeclared",
                "whether UNLOAD wrote the files with ESCAPE must be said: the other way would "
                "silently change text that holds a backslash")
        .With(Scope::kRun)
        .Remedy("say --escape backslash (UNLOAD ... ESCAPE) or --escape none");
  }
}

// The server's COPY sees no line before it reads it, so only what it reads exactly may be given to
// it, and nothing can be put aside.
void CheckViaServer(LoadRequest& request, TableOptions& options) {
  LoadOptions& load = request.options;
  bool all_s3 = std::ranges::all_of(
      load.sources, [](const std::string& source) { return source.starts_with("s3://"); });
  bool plain = !load.policy.upsert && load.policy.on_reject == RejectPolicy::kFail;
  if (!all_s3 || !plain || load.atomic) {
    Refuse("--via server loads objects in S3, row by row as they are",
           "leave out --upsert, --on-reject, --atomic and sources that are not in S3, or --via");
  }
  bool exact = !options.json && ChooseForm(options.dialect, false).way == Way::kPassThrough &&
               (options.dialect.kind == Dialect::Kind::kCsv || options.dialect.EscapesAnywhere());
  if (!exact) {
    Refuse(
        "--via server cannot load this dialect: the server's COPY would read it otherwise than "
        "it is meant",
        "leave --via out, or write the files as csv, as text, or by UNLOAD with ESCAPE");
  }
  if (options.dialect.header && options.dialect.kind != Dialect::Kind::kCsv) {
    Refuse("--via server cannot check a header of text", "leave --via out");
  }
  options.region = load.region.empty() ? "us-east-1" : load.region;
}

}  // namespace

void ReadDialect(const Settings& settings, Dialect& dialect) {
  if (!settings.format.empty()) dialect = StandardDialect(settings.format);
  if (!settings.delimiter.empty()) dialect.delimiter = ReadByte(settings.delimiter, "--delimiter");
  if (!settings.quote.empty()) {
    bool doubled = dialect.kind == Dialect::Kind::kCsv && dialect.escape == dialect.quote;
    dialect.quote = ReadByte(settings.quote, "--quote");
    if (doubled) dialect.escape = dialect.quote;
  }
  if (!settings.escape.empty()) dialect.escape = ReadByte(settings.escape, "--escape");
  if (settings.null_said) dialect.null = settings.null;
  dialect.header = dialect.header || settings.header;
}

TableOptions ReadTableOptions(const Settings& settings) {
  if (settings.table.empty()) {
    Refuse("load table needs --table", "name the table: --table public.zipcode");
  }
  TableOptions options;
  ParseTableName(settings.table);
  options.table = settings.table;
  options.json = settings.format == "json" || settings.format == "ndjson";
  ReadDialect(settings, options.dialect);
  if (!settings.columns.empty()) options.columns = ParseNames(settings.columns);
  if (!settings.key.empty()) options.key = ParseNames(settings.key);
  options.encoding = settings.encoding;
  CheckEncoding(options.encoding);
  if (options.json && options.encoding != "UTF8") Refuse("JSON is UTF-8", "leave --encoding out");
  ReadExtraKeys(settings, options);
  options.create = settings.create;
  options.via_server = settings.via_server;
  if (settings.policy.upsert && settings.renewal != Renewal::kKeep) {
    Refuse("--upsert keeps what is there, --truncate and --replace do not", "say one of them");
  }
  if (settings.policy.conflict == ConflictPolicy::kNewer) {
    Refuse("--conflict newer needs a version, which tables in general do not have",
           "say --conflict override, ignore or error");
  }
  return options;
}

std::unique_ptr<System> RequestTableSystem(LoadRequest& request, const Settings& settings,
                                           const Stop& stop) {
  TableOptions options = ReadTableOptions(settings);
  StoreSet stores(request.options, request.urls, stop);
  ManifestSource manifests = ReadManifests(stores, stop);
  for (const std::string& missing : manifests.missing) {
    Notice(settings.quiet, missing + " is listed in a manifest and not there; it is not mandatory");
  }
  request.options.sources = std::move(manifests.sources);
  bool by_manifest = settings.format.empty() && manifests.dialect.has_value();
  if (by_manifest) {
    options.dialect = *manifests.dialect;
    ReadDialect(settings, options.dialect);
  }
  CheckDeclared(settings, options, by_manifest);
  options.schema = std::move(manifests.schema);
  if (options.via_server) CheckViaServer(request, options);
  request.options.system_options = ToJson(options);
  return NewTableSystem(request.options, std::move(manifests.selection));
}

}  // namespace sluice
