#include "system/terminology/ocl_url.h"

#include <algorithm>
#include <charconv>
#include <vector>

namespace sluice::ocl {
namespace {

bool IsPlainChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '@';
}

// What is between the slashes; nothing if a part is empty or the URL does not begin with a slash.
std::vector<std::string_view> Parts(std::string_view url) {
  std::vector<std::string_view> parts;
  if (!url.starts_with('/')) return parts;
  url.remove_prefix(1);
  while (!url.empty()) {
    size_t size = std::min(url.find('/'), url.size());
    if (size == 0) return {};
    parts.push_back(url.substr(0, size));
    url.remove_prefix(std::min(url.size(), size + 1));
  }
  return parts;
}

std::optional<OwnerUrl> OwnerOf(const std::vector<std::string_view>& parts) {
  if (parts.size() < 2 || (parts[0] != "orgs" && parts[0] != "users")) return std::nullopt;
  return OwnerUrl{parts[0] == "orgs", std::string(parts[1])};
}

std::optional<RepoUrl> RepoOf(const std::vector<std::string_view>& parts) {
  std::optional<OwnerUrl> owner = OwnerOf(parts);
  if (!owner || parts.size() < 4) return std::nullopt;
  if (parts[2] != "sources" && parts[2] != "collections") return std::nullopt;
  RepoKind kind = parts[2] == "sources" ? RepoKind::kSource : RepoKind::kCollection;
  return RepoUrl{*owner, kind, std::string(parts[3])};
}

int32_t VersionOf(std::string_view text) {
  int32_t version = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && version > 0 && text[0] != '0' ? version : 0;
}

}  // namespace

bool IsPlainId(std::string_view id) {
  return !id.empty() && id.size() <= kIdLengthMax && std::ranges::all_of(id, IsPlainChar);
}

std::string ConceptId(std::string_view id) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string stored;
  for (char c : id) {
    if (IsPlainChar(c) || c == '+' || c == '%' || c == ' ') {
      stored += c;
    } else {
      auto byte = static_cast<unsigned char>(c);
      stored += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return stored;
}

std::string OrgUrl(std::string_view id) { return "/orgs/" + std::string(id) + "/"; }
std::string AccountUrl(std::string_view username) {
  return "/users/" + std::string(username) + "/";
}

std::string_view ToString(RepoKind kind) {
  return kind == RepoKind::kSource ? "source" : "collection";
}
std::string_view ToString(ItemKind kind) {
  return kind == ItemKind::kConcept ? "concept" : "mapping";
}

std::optional<OwnerUrl> ParseOwnerUrl(std::string_view url) { return OwnerOf(Parts(url)); }

std::string RepoUrl::Url() const {
  return owner.Url() + std::string(ToString(kind)) + "s/" + id + "/";
}

std::optional<RepoUrl> ParseRepoUrl(std::string_view url) { return RepoOf(Parts(url)); }

std::string ItemUrlOf(std::string_view repo_url, ItemKind kind, std::string_view id) {
  std::string url(repo_url);
  url.append(ToString(kind)).append("s/").append(id).append("/");
  return url;
}

std::string ItemUrl::Url() const { return ItemUrlOf(repo_url, kind, id); }

std::optional<ItemUrl> ParseItemUrl(std::string_view url) {
  std::vector<std::string_view> parts = Parts(url);
  if (parts.size() != 6 && parts.size() != 7) return std::nullopt;
  std::optional<RepoUrl> repo = RepoOf(parts);
  if (!repo || repo->kind != RepoKind::kSource) return std::nullopt;
  if (parts[4] != "concepts" && parts[4] != "mappings") return std::nullopt;
  ItemUrl item;
  item.repo_url = repo->Url();
  item.kind = parts[4] == "concepts" ? ItemKind::kConcept : ItemKind::kMapping;
  item.id = parts[5];
  if (parts.size() == 7) item.version = VersionOf(parts[6]);
  return item;
}

}  // namespace sluice::ocl
