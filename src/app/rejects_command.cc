// sluice rejects: the bad records of an import that wait in the ledger.
#include <fmt/format.h>

#include "app/command.h"
#include "app/import_view.h"
#include "app/mended_record.h"
#include "app/object_name.h"
#include "app/target.h"
#include "app/text.h"
#include "base/unit.h"
#include "ledger/reject_ledger.h"

namespace sluice {
namespace {

// A record may be 32 MiB long.
constexpr int kPage = 16;

constexpr char kDetails[] =
    "With --format ndjson each line holds a record's own bytes in `raw` (`raw_base64` where they\n"
    "are not UTF-8): mend them in the file and give it to `sluice replay`.";

std::string RejectText(const OpenReject& open) {
  const Reject& reject = open.reject;
  std::string code = reject.reason + (reject.sqlstate.empty() ? "" : " " + reject.sqlstate);
  std::string text = fmt::format("{} line {} byte {}: {} [{}]", Printable(ToString(open.object)),
                                 reject.position.line, reject.position.byte_offset,
                                 Printable(reject.message), code);
  if (!reject.remedy.empty()) text += fmt::format("\n  {}", Printable(reject.remedy));
  return text + "\n";
}

ExitCode Rejects(const Invocation& call) {
  const Settings& settings = call.settings;
  ImportId import = ParseImportId(call.one("IMPORT"));
  pg::Connection ledger = OpenLedgerOf(settings, "rejects", call.stop);
  FindImportOrThrow(ledger, import);
  std::optional<std::string> bucket, key;
  if (!settings.object.empty()) {
    ObjectName name = FindObjectOrThrow(ledger, settings.object);
    if (!name.bucket.empty()) bucket = name.bucket;
    key = name.key;
  }
  bool ndjson = settings.format == "ndjson" || settings.json;
  int64_t after = 0;
  for (;;) {
    std::vector<OpenReject> page = ListOpenRejects(ledger, import, bucket, key, after, kPage);
    for (const OpenReject& reject : page) {
      fmt::print("{}", ndjson ? RejectJson(reject) + "\n" : RejectText(reject));
    }
    if (page.size() < kPage) return ExitCode::kDone;
    after = page.back().id;
  }
}

}  // namespace

Command RejectsCommand() {
  return {.name = "rejects",
          .summary = "an import's bad records, with what is wrong with each",
          .details = kDetails,
          .arguments = {{"IMPORT", "its number; see `sluice status`"}},
          .options = {"object", "format", "into", "config", "json", "verbose"},
          .run = Rejects};
}

}  // namespace sluice
