// The bodies that OCL's API answers with, as text: a result's `message`, and what GET shows.
#pragma once

#include <string>

#include "system/terminology/ocl_model.h"

namespace sluice::ocl {

// What a body says besides the object itself.
struct Stamp {
  const std::string& now;   // 2026-01-31T12:00:00.123456Z
  const std::string& user;  // who changed it
  bool created = false;     // it is new
};

std::string Body(const Account& account, const Stamp& stamp);
std::string Body(const Org& org, const Stamp& stamp);
std::string Body(const Repo& repo, const Stamp& stamp);
std::string Body(const RepoVersion& version, const Repo& repo, const Stamp& stamp);
std::string Body(const Concept& known, const Repo& source, const Text& comment, const Stamp& stamp);
std::string Body(const Mapping& mapping, const Repo& source, const Text& comment,
                 const Stamp& stamp);

}  // namespace sluice::ocl
