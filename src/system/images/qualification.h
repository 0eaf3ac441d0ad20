// Which objects are images to register, by their names, their tags and their first bytes; and what
// is said of those that are not. The two texts that the bulk loader's users know are kept.
#pragma once

#include <string>
#include <string_view>

#include "object/object_store.h"

namespace sluice {

// What the bulk loader says of an object without a user, and of one that its tags pass over.
inline constexpr std::string_view kInvalidObject = "Skipping invalid object.";
inline constexpr std::string_view kNonQualified = "Skipping non-qualified object";
inline constexpr std::string_view kMarkTag = "Indexed=True";
// "Unicode string (128 char max)".
inline constexpr size_t kUserIdCharactersMax = 128;

// By the name alone: why the object is none to look at; empty: it may be an image.
std::string WhyNotByName(std::string_view key);

struct ImageTags {
  std::string user_id;     // empty: none
  std::string properties;  // as the tag has it; empty: none
  bool indexed = false;
  bool ignore = false;
};
// Names are compared without case; one written exactly as documented goes first.
ImageTags ReadImageTags(const ObjectTags& tags);
// Why these tags disqualify an image; empty: they do not.
std::string WhyNotByTags(const ImageTags& tags);

// Errors (kNever, kObject): "user-id-invalid" for more than 128 characters, or what is no UTF-8.
void CheckUserId(const std::string& user_id);
// Whether the bytes begin a PNG or a JPEG.
bool BeginsImage(std::string_view bytes);

}  // namespace sluice
