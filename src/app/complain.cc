#include "app/complain.h"

#include <fmt/format.h>

#include <cstdio>

#include "app/as_json.h"
#include "app/text.h"

namespace sluice {

std::string ErrorText(const Error& error) {
  std::string text = fmt::format("sluice: error: {} [{}/{}]\n", Printable(error.message()),
                                 ToString(error.origin()), Printable(error.code()));
  if (!error.remedy().empty()) text += fmt::format("  remedy: {}\n", Printable(error.remedy()));
  return text;
}

void Complain(const Error& error, bool json) {
  std::fflush(stdout);
  fmt::print(stderr, "{}", json ? ErrorJson(error) + "\n" : ErrorText(error));
}

void Notice(bool quiet, std::string_view message) {
  // Where both streams go to one file, they keep their order.
  std::fflush(stdout);
  if (!quiet) fmt::print(stderr, "sluice: {}\n", Printable(message));
}

}  // namespace sluice
