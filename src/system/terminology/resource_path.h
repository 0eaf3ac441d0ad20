// What a path of OCL's names: a resource, or a list of some. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "system/terminology/ocl_url.h"

namespace sluice::ocl {

enum class Resource {
  kOrg,          // /orgs/[X/]
  kUser,         // /users/[U/]
  kRepo,         // OWNER sources/[S/], OWNER collections/[C/]
  kRepoVersion,  // REPO versions/, REPO V/
  kConcept,      // REPO [V/]concepts/[C/]
  kMapping,      // REPO [V/]mappings/[M/]; REPO concepts/C/mappings/
  kReference,    // COLLECTION references/
  kItemVersion,  // REPO concepts/C/versions/, REPO concepts/C/N/, likewise of mappings
};

struct ResourcePath {
  Resource resource = Resource::kOrg;
  bool list = false;
  std::optional<OwnerUrl> owner;
  RepoKind kind = RepoKind::kSource;   // of a repository, and of a list of them
  std::string repo_url;                // below a repository
  std::string repo_version;            // its content as it was then; empty: as it is
  ItemKind item = ItemKind::kConcept;  // of kItemVersion
  std::string id;                      // the resource's; of a list of versions or of a concept's
                                       // mappings, whose they are
  std::optional<int32_t> version;      // kItemVersion that is no list
};

// Nothing for a path that OCL does not have. `path` begins with /orgs or /users; a slash at its end
// makes no difference.
std::optional<ResourcePath> ParseResourcePath(std::string_view path);

}  // namespace sluice::ocl
