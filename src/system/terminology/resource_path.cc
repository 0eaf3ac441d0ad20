#include "system/terminology/resource_path.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <vector>

namespace sluice::ocl {
namespace {

using Words = std::vector<std::string>;

Words Split(std::string_view path) {
  Words words;
  while (!path.empty()) {
    if (path.front() == '/') {
      path.remove_prefix(1);
      continue;
    }
    words.emplace_back(path.substr(0, path.find('/')));
    path.remove_prefix(words.back().size());
  }
  return words;
}

// The number of an item's version.
std::optional<int32_t> Number(const std::string& word) {
  int32_t number = 0;
  auto [end, failed] = std::from_chars(word.data(), word.data() + word.size(), number);
  bool whole = failed == std::errc() && end == word.data() + word.size() && number > 0;
  return whole ? std::optional(number) : std::nullopt;
}

bool IsItems(const std::string& word) { return word == "concepts" || word == "mappings"; }

// concepts/..., mappings/... from the word at `at`. A concept's id may hold a slash, which is
// decoded by the time the path comes here.
std::optional<ResourcePath> ParseItem(const Words& words, size_t at, ResourcePath path) {
  path.item = words[at] == "concepts" ? ItemKind::kConcept : ItemKind::kMapping;
  path.resource = path.item == ItemKind::kConcept ? Resource::kConcept : Resource::kMapping;
  Words rest(words.begin() + static_cast<ptrdiff_t>(at) + 1, words.end());
  path.list = rest.empty();
  if (path.list) return path;
  std::string tail;
  if (rest.size() > 1) {
    const std::string& last = rest.back();
    bool of_concept = last == "mappings" && path.item == ItemKind::kConcept;
    if (of_concept || last == "versions" || Number(last)) {
      tail = last;
      rest.pop_back();
    }
  }
  std::string id = fmt::format("{}", fmt::join(rest, "/"));
  path.id = path.item == ItemKind::kConcept ? ConceptId(id) : id;
  if (tail.empty()) return path;
  path.list = tail == "mappings" || tail == "versions";
  path.resource = tail == "mappings" ? Resource::kMapping : Resource::kItemVersion;
  if (!path.list) path.version = Number(tail);
  return path;
}

// What follows OWNER KIND/ID/.
std::optional<ResourcePath> ParseBelowRepo(const Words& words, ResourcePath path) {
  constexpr size_t kAt = 4;
  path.repo_url = RepoUrl{*path.owner, path.kind, words[kAt - 1]}.Url();
  if (words.size() == kAt) {
    path.id = words[kAt - 1];
    return path;
  }
  const std::string& next = words[kAt];
  if (IsItems(next)) return ParseItem(words, kAt, path);
  bool is_last = words.size() == kAt + 1;
  if (next == "references" && is_last && path.kind == RepoKind::kCollection) {
    path.resource = Resource::kReference;
    path.list = true;
    return path;
  }
  if (is_last) {
    path.resource = Resource::kRepoVersion;
    path.list = next == "versions";
    if (!path.list) path.id = next;
    return path;
  }
  path.repo_version = next;
  return IsItems(words[kAt + 1]) ? ParseItem(words, kAt + 1, path) : std::nullopt;
}

}  // namespace

std::optional<ResourcePath> ParseResourcePath(std::string_view text) {
  Words words = Split(text);
  if (words.empty() || (words[0] != "orgs" && words[0] != "users")) return std::nullopt;
  bool is_org = words[0] == "orgs";
  ResourcePath path;
  path.resource = is_org ? Resource::kOrg : Resource::kUser;
  path.list = words.size() == 1;
  if (path.list) return path;
  path.owner = OwnerUrl{is_org, words[1]};
  path.id = words[1];
  if (words.size() == 2) return path;
  path.id.clear();
  if (words[2] != "sources" && words[2] != "collections") return std::nullopt;
  path.resource = Resource::kRepo;
  path.kind = words[2] == "sources" ? RepoKind::kSource : RepoKind::kCollection;
  path.list = words.size() == 3;
  return path.list ? std::optional(path) : ParseBelowRepo(words, path);
}

}  // namespace sluice::ocl
