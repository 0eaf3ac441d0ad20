// What must not be seen: passwords in database URLs, signatures in presigned URLs.
#pragma once

#include <string>
#include <string_view>

namespace sluice {

// Overwrites the secrets in the process's arguments, which every user of the machine can read.
void HideSecrets(int argc, char** argv);

// The same text, each secret byte an 'x': the queries of http URLs, passwords of URLs and of
// libpq's keyword strings.
std::string WithoutSecrets(std::string_view text);

}  // namespace sluice
