#include "system/terminology/lookups.h"

#include <algorithm>

#include "system/terminology/ocl_sql.h"

namespace sluice::ocl {
namespace {

constexpr std::string_view kLookupPrefix = "/orgs/OCL/sources/";

}  // namespace

bool Lookups::Has(const std::string& source, std::string_view value) {
  auto [at, added] = names_.try_emplace(source);
  if (added) {
    store_.Flush();  // lookups that this very batch brings count too
    std::string url = std::string(kLookupPrefix) + source + "/";
    pg::Result rows = store_.connection().Exec(sql::kLookupNames, {url});
    for (int row = 0; row < rows.rows(); ++row) at->second.emplace(rows.text(row, 0));
  }
  std::string name(value);
  if (at->second.contains(name)) return true;
  std::ranges::replace(name, '-', ' ');
  return at->second.contains(name);
}

void Lookups::Touched(std::string_view repo_url) {
  if (repo_url.starts_with(kLookupPrefix)) names_.clear();
}

}  // namespace sluice::ocl
