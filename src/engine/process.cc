#include "engine/process.h"

#include <unistd.h>

#include <array>
#include <fstream>
#include <sstream>

namespace sluice {

std::string HostName() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  return name.data();
}

std::string ProcessPlace() {
  std::string boot;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> boot;
  std::array<char, 128> space{};
  ssize_t size = readlink("/proc/self/ns/pid", space.data(), space.size() - 1);
  return boot + "/" + (size > 0 ? space.data() : "");
}

std::string ProcessStart(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string stat;
  if (!std::getline(file, stat)) return "";
  // proc(5): the name, in parentheses, may hold anything; the start is field 22, the 20th after it.
  size_t after_name = stat.rfind(')');
  if (after_name == std::string::npos) return "";
  std::istringstream fields(stat.substr(after_name + 1));
  std::string field;
  for (int i = 0; i < 20; ++i) fields >> field;
  // A zombie is as gone as can be: it holds no session any more.
  return stat.compare(after_name, 3, ") Z") == 0 ? "" : field;
}

}  // namespace sluice
