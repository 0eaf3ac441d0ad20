#include "base/source_dir_testing.h"

namespace sluice {

const char kSourceDir[] = SLUICE_SOURCE_DIR;

}  // namespace sluice
