// sluice explain: why an object is loaded, or not.
#include <fmt/format.h>

#include "app/command.h"
#include "app/explain_object.h"
#include "app/object_name.h"
#include "app/target.h"

namespace sluice {
namespace {

// Nothing where no load has made one yet.
std::optional<pg::Connection> LedgerIfAny(const Invocation& call) {
  try {
    return OpenLedgerOf(call.settings, "explain", call.stop);
  } catch (const Error& error) {
    if (error.code() != "ledger-absent") throw;
    return std::nullopt;
  }
}

ExitCode Explain(const Invocation& call) {
  const std::string& text = call.one("OBJECT");
  ReadObjectName(text);  // what names no object is told before any database is asked
  std::optional<pg::Connection> ledger = LedgerIfAny(call);
  Explanation explanation = ExplainObject(ledger ? &*ledger : nullptr, text, call.settings);
  fmt::print("{}", call.settings.json ? ExplanationJson(explanation) + "\n"
                                      : ExplanationText(explanation));
  return ExitCode::kDone;
}

}  // namespace

Command ExplainCommand() {
  return {.name = "explain",
          .summary = "why an object is loaded or not, and what to do",
          .details =
              "Shows every import's turn with the object, what is in the table from it, and\n"
              "the places of its bad records. Of an object that no import has seen, it says\n"
              "whether its name would be ignored.",
          .arguments = {{"OBJECT", "s3://BUCKET/KEY, a path, an https:// URL, or a bare key"}},
          .options = {"into", "config", "json", "verbose"},
          .run = Explain};
}

}  // namespace sluice
