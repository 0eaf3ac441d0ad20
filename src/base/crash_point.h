// Named points at which a test can kill the process: SLUICE_CRASH_AT=<name>[:N] ends it with
// SIGKILL at the Nth passage (default the first). Compiled in only with SLUICE_CRASH_POINTS (the
// dev and sanitizer presets); a release binary has none.
#pragma once

namespace sluice {

#ifdef SLUICE_CRASH_POINTS
void CrashPoint(const char* name);
#else
inline void CrashPoint(const char*) {}
#endif

}  // namespace sluice
