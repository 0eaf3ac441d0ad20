#include "extract/destination.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>

#include "system/table/extract_claim.h"

namespace sluice {
namespace {

bool IsDigit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

// What follows the prefix in the name of a part: 0003_part_01, with any ending.
bool IsPartName(std::string_view rest) {
  auto slice_end = std::ranges::find_if_not(rest, IsDigit);
  if (slice_end - rest.begin() < 3) return false;
  std::string_view after(slice_end, rest.end());
  constexpr std::string_view kPart = "_part_";
  if (!after.starts_with(kPart)) return false;
  after.remove_prefix(kPart.size());
  size_t digits = std::min(after.find_first_not_of("0123456789"), after.size());
  return digits >= 2 && (digits == after.size() || after[digits] == '.');
}

}  // namespace

ObjectRef Destination::Named(const std::string& name) const {
  return {place_.store, place_.bucket, place_.key + name, ""};
}

ObjectRef Destination::Part(int stream, int number, Packing packing) const {
  return Named(fmt::format("{:04}_part_{:02}{}", stream, number, SuffixOf(packing)));
}

ObjectRef Destination::Manifest() const { return Named("manifest"); }

ObjectRef Destination::Claim() const {
  return {place_.store, place_.bucket, ClaimKeyOf(place_.key, is_file()), ""};
}

std::vector<ObjectRef> Destination::Find() const {
  std::vector<ObjectRef> found;
  std::string next;
  do {
    ObjectPage page = store_.List(place_.bucket, place_.key, next);
    for (const ObjectStat& object : page.objects) {
      std::string_view rest = std::string_view(object.ref.key).substr(place_.key.size());
      if (rest == "manifest" || IsPartName(rest)) found.push_back(object.ref);
    }
    next = page.next;
  } while (!next.empty());
  return found;
}

bool Destination::HasManifest() const {
  return std::ranges::any_of(Find(),
                             [this](const ObjectRef& ref) { return ref.key == Manifest().key; });
}

std::string Destination::ReadManifest() const {
  OpenObject object = store_.Open(Manifest(), {});
  std::string text(object.stat.size_bytes, '\0');
  size_t at = 0;
  while (at < text.size()) {
    size_t got = object.bytes->Read({text.data() + at, text.size() - at});
    if (got == 0) break;
    at += got;
  }
  text.resize(at);
  return text;
}

UnloadManifest::Entry Destination::EntryOf(const ObjectStat& part, uint64_t rows) const {
  UnloadManifest::Entry entry;
  // Beside a manifest among files, only the last part of the url counts.
  entry.bucket = is_file() ? "file" : place_.bucket;
  entry.key = is_file() ? part.ref.key.substr(part.ref.key.rfind('/') + 1) : part.ref.key;
  entry.mandatory = true;
  entry.content_length = part.size_bytes;
  entry.record_count = rows;
  return entry;
}

}  // namespace sluice
