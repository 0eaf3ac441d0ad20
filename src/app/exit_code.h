// How a command ends, for scripts. The numbers are part of the product (doc/reference/cli.md).
#pragma once

#include "base/error.h"

namespace sluice {

enum class ExitCode {
  kDone = 0,                // everything was loaded; the question was answered
  kOurFault = 1,            // a fault of sluice's own
  kUsage = 2,               // command line or configuration
  kRejectsWithinLimit = 3,  // completed, with rejects within the limit
  kObjectsFailed = 4,       // some objects failed or changed, or somebody cancelled the import
  kSource = 5,              // the source cannot be reached, or refuses
  kTarget = 6,              // the database cannot be reached, or refuses
  kInterrupted = 7,         // the same command resumes
};

// What a fault that ends a command comes to.
ExitCode ExitFor(const Error& error);

}  // namespace sluice
