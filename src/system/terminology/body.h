// The bodies that OCL's API answers with, as text: a result's `message`, and what GET shows.
#pragma once

#include <string>
#include <string_view>

#include "system/terminology/ocl_model.h"

namespace sluice::ocl {

// When and by whom, as bodies say it: 2026-01-31T12:00:00.123456Z. What is empty is not said.
struct Stamp {
  std::string_view updated_on, updated_by;
  std::string_view created_on = {}, created_by = {};
};

// What the concepts are called that a mapping maps, where they are here and the reader sees them.
struct MappedNames {
  Text from, to;
};

std::string Body(const Account& account, const Stamp& stamp);
std::string Body(const Org& org, const Stamp& stamp);
std::string Body(const Repo& repo, const Stamp& stamp);
std::string Body(const RepoVersion& version, const Repo& repo, const Stamp& stamp);
std::string Body(const Concept& known, const Repo& source, const Text& comment, const Stamp& stamp);
std::string Body(const Mapping& mapping, const Repo& source, const MappedNames& names,
                 const Text& comment, const Stamp& stamp);

}  // namespace sluice::ocl
