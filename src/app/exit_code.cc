#include "app/exit_code.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace sluice {
namespace {

struct Entry {
  std::string_view code;  // sluice's own; a trailing hyphen: all codes that begin so
  ExitCode exit;
};

// The first entry that fits counts. What is not here is a fault of ours, unless it is CamelCase:
// the file store speaks of its faults in S3's words.
constexpr std::array kEntries = {
    Entry{"interrupted", ExitCode::kInterrupted},
    Entry{"usage", ExitCode::kUsage},
    Entry{"upload-", ExitCode::kUsage},
    Entry{"setting-invalid", ExitCode::kUsage},
    Entry{"config-", ExitCode::kUsage},
    Entry{"source-invalid", ExitCode::kUsage},
    Entry{"type-invalid", ExitCode::kUsage},
    Entry{"then-invalid", ExitCode::kUsage},
    Entry{"notify-invalid", ExitCode::kUsage},
    Entry{"upsert-unknown", ExitCode::kUsage},
    Entry{"lane-unknown", ExitCode::kUsage},
    Entry{"user-", ExitCode::kUsage},
    Entry{"token-unknown", ExitCode::kUsage},
    Entry{"endpoint-refused", ExitCode::kUsage},
    Entry{"keys-needed", ExitCode::kUsage},
    Entry{"listen-", ExitCode::kUsage},
    Entry{"tls-unusable", ExitCode::kUsage},
    Entry{"dialect-", ExitCode::kUsage},
    Entry{"table-name", ExitCode::kUsage},
    Entry{"prefix-taken", ExitCode::kSource},
    Entry{"extract-", ExitCode::kSource},
    Entry{"unload-", ExitCode::kSource},
    Entry{"mapping-", ExitCode::kUsage},
    Entry{"transfer-", ExitCode::kTarget},
    Entry{"server-load-", ExitCode::kTarget},
    Entry{"manifest-", ExitCode::kSource},
    Entry{"inventory-", ExitCode::kSource},
    Entry{"gateway-", ExitCode::kTarget},
    Entry{"url-unreadable", ExitCode::kUsage},
    Entry{"import-unknown", ExitCode::kUsage},
    Entry{"object-unknown", ExitCode::kUsage},
    Entry{"system-absent", ExitCode::kUsage},
    Entry{"import-cancelled", ExitCode::kObjectsFailed},
    Entry{"source-", ExitCode::kSource},
    Entry{"server-silent", ExitCode::kTarget},
    Entry{"postgres-missing", ExitCode::kTarget},
    Entry{"cluster-", ExitCode::kTarget},
    Entry{"table-", ExitCode::kTarget},
    Entry{"generation-open", ExitCode::kTarget},
    Entry{"swap-refused", ExitCode::kTarget},
    Entry{"migration-", ExitCode::kTarget},
    Entry{"ledger-absent", ExitCode::kTarget},
    Entry{"set-aside-", ExitCode::kTarget},
    Entry{"restore-under-way", ExitCode::kTarget},
    Entry{"foreign-key-violated", ExitCode::kTarget},
    Entry{"no-such-table", ExitCode::kTarget},
    Entry{"upsert-needs-key", ExitCode::kTarget},
};

bool Fits(const Entry& entry, std::string_view code) {
  return entry.code.ends_with('-') ? code.starts_with(entry.code) : code == entry.code;
}

}  // namespace

ExitCode ExitFor(const Error& error) {
  switch (error.origin()) {
    case Origin::kAws:
      return ExitCode::kSource;
    case Origin::kPostgres:
      return ExitCode::kTarget;
    case Origin::kSluice:
      break;
  }
  if (!error.code().empty() && std::isupper(static_cast<unsigned char>(error.code()[0])) != 0) {
    return ExitCode::kSource;
  }
  auto found =
      std::ranges::find_if(kEntries, [&](const Entry& e) { return Fits(e, error.code()); });
  return found == kEntries.end() ? ExitCode::kOurFault : found->exit;
}

}  // namespace sluice
