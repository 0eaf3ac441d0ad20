// sluice extract: a table or a query into objects that `load table` reads.
#include <fmt/format.h>

#include "app/as_json.h"
#include "app/command.h"
#include "app/complain.h"
#include "app/extract_place.h"
#include "app/load_request.h"
#include "app/text.h"
#include "base/error.h"
#include "base/unit.h"

namespace sluice {
namespace {

constexpr char kDetails[] =
    "Reads one snapshot by --threads streams into parts and a manifest, named as Redshift's "
    "UNLOAD\n"
    "names them; redshift:// has UNLOAD do it. `sluice load table PREFIX` loads them, and needs "
    "no\n"
    "--format: the manifest says how they are written. Where a manifest lies, all is there.";

ExitCode ExtractOne(const Invocation& call) {
  const Settings& settings = call.settings;
  CheckThreads(settings);
  if (settings.table.empty() == settings.query.empty()) {
    throw Fault("usage", "extract needs --table or --query, one of them")
        .With(Scope::kRun)
        .Remedy("say --table SCHEMA.TABLE or --query 'SELECT ...'");
  }
  if (settings.to.empty()) {
    throw Fault("usage", "extract needs --to")
        .With(Scope::kRun)
        .Remedy("say --to s3://BUCKET/PREFIX or a directory");
  }
  ExtractPlace place(settings.to, settings, call.stop);
  ExtractRequest request;
  request.table = settings.table;
  request.query = settings.query;
  ExtractResult result = RunExtract(settings, std::move(request), place.destination(), call.stop);
  if (settings.json) {
    fmt::print("{}\n", ExtractJson(result));
    return ExitCode::kDone;
  }
  if (settings.quiet) return ExitCode::kDone;
  fmt::print("{}{} in {} ({}); manifest {}\n",
             result.found_complete ? "found complete: " : "extracted ", Counted(result.rows, "row"),
             Counted(result.parts, "part"), FormatBytes(result.bytes), Printable(result.manifest));
  return ExitCode::kDone;
}

}  // namespace

Command ExtractCommand() {
  return {.name = "extract",
          .summary = "read a table or a query of PostgreSQL or Redshift into objects",
          .details = kDetails,
          .arguments = {},
          .options = {"from",        "table",           "query",        "to",      "existing",
                      "format",      "delimiter",       "null",         "quote",   "escape",
                      "header",      "compress",        "part-size",    "threads", "iam-role",
                      "s3-endpoint", "s3-path-style",   "region",       "profile", "ca-bundle",
                      "config",      "connect-timeout", "read-timeout", "json",    "quiet",
                      "verbose"},
          .run = ExtractOne};
}

}  // namespace sluice
