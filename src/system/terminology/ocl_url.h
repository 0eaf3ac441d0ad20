// OCL's relative URLs: /orgs/X/sources/S/concepts/C/ and their parts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::ocl {

inline constexpr size_t kIdLengthMax = 255;

// [A-Za-z0-9._@-]{1,255}: the ids of everything but concepts.
bool IsPlainId(std::string_view id);
// A concept's id as it is stored: what its pattern ([A-Za-z0-9._@+% -]) does not allow is
// percent-encoded ("Food/Papaya" -> "Food%2FPapaya").
std::string ConceptId(std::string_view id);

std::string OrgUrl(std::string_view id);
std::string AccountUrl(std::string_view username);

enum class RepoKind { kSource, kCollection };
std::string_view ToString(RepoKind kind);  // "source", "collection"

// "/orgs/X/" or "/users/X/"; nothing if the URL does not begin so.
struct OwnerUrl {
  bool is_org = true;
  std::string id;
  std::string Url() const { return is_org ? OrgUrl(id) : AccountUrl(id); }
};
std::optional<OwnerUrl> ParseOwnerUrl(std::string_view url);

struct RepoUrl {
  OwnerUrl owner;
  RepoKind kind = RepoKind::kSource;
  std::string id;
  std::string Url() const;
};
// The URL of a repository, with or without what follows its id.
std::optional<RepoUrl> ParseRepoUrl(std::string_view url);

enum class ItemKind { kConcept, kMapping };
std::string_view ToString(ItemKind kind);  // "concept", "mapping"

// A concept or mapping, maybe one version of it.
struct ItemUrl {
  std::string repo_url;
  ItemKind kind = ItemKind::kConcept;
  std::string id;
  std::optional<int32_t> version;  // 0: a version that cannot exist
  std::string Url() const;         // without the version
};
std::string ItemUrlOf(std::string_view repo_url, ItemKind kind, std::string_view id);
// Exactly six parts, or seven with a version; nothing for any other URL.
std::optional<ItemUrl> ParseItemUrl(std::string_view url);

}  // namespace sluice::ocl
