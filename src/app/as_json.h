// Every JSON object that --json prints, each on one line without its end.
#pragma once

#include <span>
#include <string>

#include "app/progress.h"
#include "app/summary.h"
#include "app/transfer.h"
#include "base/error.h"
#include "extract/extract_request.h"
#include "ledger/inspect.h"

namespace sluice {

// {"error": {"origin", "code", "message", "remedy"}}
std::string ErrorJson(const Error& error);
std::string SummaryJson(const Summary& summary);
std::string ExtractJson(const ExtractResult& result);
std::string TransferJson(const TableOutcome& table);
std::string ProgressJson(const ProgressView& view);
// With "state" as people see it ("interrupted" is derived).
std::string ImportJson(const Import& import);
std::string ImportJson(const Import& import, const Tally& tally, std::span<const LabelTally> tables,
                       const std::vector<MissingPart>& missing);
std::string MissingPartJson(const MissingPart& missing);
std::string JobJson(const JobRow& job);

}  // namespace sluice
