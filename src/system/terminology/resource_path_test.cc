#include "system/terminology/resource_path.h"

#include <gtest/gtest.h>

namespace sluice::ocl {
namespace {

ResourcePath Parsed(std::string_view path) {
  auto parsed = ParseResourcePath(path);
  EXPECT_TRUE(parsed) << path;
  return parsed.value_or(ResourcePath{});
}

TEST(ResourcePathTest, OwnersAndRepositories) {
  EXPECT_TRUE(Parsed("/orgs/").list);
  EXPECT_EQ(Parsed("/users").resource, Resource::kUser);
  EXPECT_EQ(Parsed("/orgs/X/").id, "X");
  ResourcePath list = Parsed("/users/u/collections/");
  EXPECT_EQ(list.resource, Resource::kRepo);
  EXPECT_EQ(list.kind, RepoKind::kCollection);
  EXPECT_FALSE(list.owner->is_org);
  EXPECT_TRUE(list.list);
  ResourcePath repo = Parsed("/orgs/X/sources/S");
  EXPECT_EQ(repo.repo_url, "/orgs/X/sources/S/");
  EXPECT_FALSE(repo.list);
}

TEST(ResourcePathTest, WhatRepositoriesHold) {
  ResourcePath held = Parsed("/orgs/X/sources/S/concepts/C/");
  EXPECT_EQ(held.resource, Resource::kConcept);
  EXPECT_EQ(held.id, "C");
  EXPECT_EQ(Parsed("/orgs/X/sources/S/v1/mappings/").repo_version, "v1");
  EXPECT_TRUE(Parsed("/orgs/X/collections/K/references/").list);
  EXPECT_EQ(Parsed("/orgs/X/sources/S/v1/").id, "v1");
  EXPECT_TRUE(Parsed("/orgs/X/sources/S/versions/").list);
  ResourcePath mappings = Parsed("/orgs/X/sources/S/concepts/C/mappings/");
  EXPECT_EQ(mappings.resource, Resource::kMapping);
  EXPECT_EQ(mappings.id, "C");
  EXPECT_TRUE(mappings.list);
  EXPECT_EQ(Parsed("/orgs/X/sources/S/mappings/").id, "");  // no concept's
  ResourcePath version = Parsed("/orgs/X/sources/S/concepts/C/3/");
  EXPECT_EQ(version.resource, Resource::kItemVersion);
  EXPECT_EQ(version.version, 3);
  EXPECT_EQ(Parsed("/orgs/X/sources/S/mappings/M/versions/").item, ItemKind::kMapping);
  // Its id is Food%2FPapaya, and the path was decoded.
  EXPECT_EQ(Parsed("/orgs/X/sources/S/concepts/Food/Papaya/").id, "Food%2FPapaya");
  EXPECT_EQ(Parsed("/orgs/X/sources/S/concepts/Food/Papaya/2/").version, 2);
}

TEST(ResourcePathTest, EveryErrorPath) {
  for (const char* path : {"", "/", "/sources/", "/orgs/X/concepts/",
                           "/orgs/X/sources/S/v1/references/", "/orgs/X/sources/S/references/x/"}) {
    EXPECT_FALSE(ParseResourcePath(path)) << path;
  }
  // A source has no references: it is asked for a version of that name.
  EXPECT_EQ(Parsed("/orgs/X/sources/S/references/").resource, Resource::kRepoVersion);
}

}  // namespace
}  // namespace sluice::ocl
