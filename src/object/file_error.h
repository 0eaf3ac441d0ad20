// What the operating system says about files, in the words of object storage.
#pragma once

#include <string>

#include "base/error.h"

namespace sluice {

// Origin::kSluice: "NoSuchKey", "AccessDenied", "DiskFull" (all kNever), else "FileError" (kLater).
Error FileError(int error_number, const std::string& path);

}  // namespace sluice
