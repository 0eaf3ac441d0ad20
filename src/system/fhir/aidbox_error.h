// Errors under the names that Aidbox's documentation gives them: LoaderFile's `error` and `message`
// (https://docs.aidbox.app, "Bulk import from an S3 bucket", Sources of Error).
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace sluice {

struct AidboxError {
  std::string source;   // "postgres", "aws" or "aidbox"
  std::string code;     // an SQLSTATE, an S3 code, InvalidAccount, or one of sluice's own
  std::string message;  // "23505: ERROR: duplicate key value ..."
};

// `origin` as the ledger has it.
AidboxError AsAidboxError(std::string_view origin, std::string_view code, std::string_view message);
AidboxError AsAidboxError(const Error& error);

}  // namespace sluice
