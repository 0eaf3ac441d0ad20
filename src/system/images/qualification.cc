#include "system/images/qualification.h"

#include <strings.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "record/utf8.h"

namespace sluice {
namespace {

bool SameButForCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

bool EndsWithoutCase(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && SameButForCase(text.substr(text.size() - end.size()), end);
}

std::string Find(const ObjectTags& tags, const std::string& name) {
  if (auto exact = tags.find(name); exact != tags.end()) return exact->second;
  for (const auto& [key, value] : tags) {
    if (SameButForCase(key, name)) return value;
  }
  return "";
}

size_t Characters(std::string_view utf8) {
  return static_cast<size_t>(std::ranges::count_if(
      utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

std::string WhyNotByName(std::string_view key) {
  if (key.starts_with("reports/")) return "is a report: it lies under reports/";
  constexpr std::array<std::string_view, 3> kEndings = {".png", ".jpg", ".jpeg"};
  bool image = std::ranges::any_of(
      kEndings, [&](std::string_view ending) { return EndsWithoutCase(key, ending); });
  return image ? "" : "is no image: its name does not end in .png, .jpg or .jpeg";
}

ImageTags ReadImageTags(const ObjectTags& tags) {
  return {.user_id = Find(tags, "UserId"),
          .properties = Find(tags, "Properties"),
          .indexed = SameButForCase(Find(tags, "Indexed"), "true"),
          .ignore = SameButForCase(Find(tags, "Ignore"), "true")};
}

std::string WhyNotByTags(const ImageTags& tags) {
  if (tags.user_id.empty()) return std::string(kInvalidObject) + " It has no tag UserId";
  if (tags.indexed) return std::string(kNonQualified) + ": it is tagged Indexed";
  if (tags.ignore) return std::string(kNonQualified) + ": it is tagged Ignore";
  return "";
}

void CheckUserId(const std::string& user_id) {
  if (!IsUtf8(user_id)) {
    throw Fault("user-id-invalid", "its tag UserId is no UTF-8")
        .Remedy("tag it anew, then `sluice retry`");
  }
  if (Characters(user_id) <= kUserIdCharactersMax) return;
  throw Fault("user-id-invalid", "its tag UserId has more than 128 characters")
      .Remedy("tag it with a shorter one, then `sluice retry`");
}

bool BeginsImage(std::string_view bytes) {
  return bytes.starts_with("\x89PNG\r\n\x1a\n") || bytes.starts_with("\xff\xd8\xff");
}

}  // namespace sluice
