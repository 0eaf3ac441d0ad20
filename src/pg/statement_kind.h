// Tells from a statement's text whether it ends a transaction.
#pragma once

#include <string_view>

#include "pg/session.h"

namespace sluice::pg {

// By its first word, after blanks and comments.
Kind KindOf(std::string_view statement);
// kCommitting if any statement of the script may commit. A script without BEGIN is a transaction of
// its own, and what is quoted is not looked into, so this errs on the side of kCommitting.
Kind KindOfScript(std::string_view script);

}  // namespace sluice::pg
