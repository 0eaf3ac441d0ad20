// Who this process is, in words that other processes can check.
#pragma once

#include <string>

namespace sluice {

std::string HostName();
// The boot and the pid namespace: within one place, a pid with its start names a process for good.
std::string ProcessPlace();
// The start of process `pid` as /proc has it; empty if there is none.
std::string ProcessStart(int pid);

}  // namespace sluice
