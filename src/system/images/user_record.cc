#include "system/images/user_record.h"

#include <fmt/format.h>

#include <string_view>

#include "base/error.h"

namespace sluice {

uint64_t UserRecordBytes(const std::string& user_id, const Properties& properties,
                         uint64_t image_bytes) {
  constexpr std::string_view kFaceId = "00000000-0000-0000-0000-000000000000";
  constexpr uint64_t kMapBytes = 3;      // of a map or list itself
  constexpr uint64_t kElementBytes = 1;  // of each of its elements
  auto attribute = [](std::string_view name, uint64_t value_bytes) {
    return name.size() + value_bytes;
  };
  uint64_t bag = kMapBytes;
  for (const auto& [name, value] : properties) {
    bag += kElementBytes + name.size() + value.size();
  }
  uint64_t base64_bytes = (image_bytes + 2) / 3 * 4;
  return attribute("PartitionKey", std::string_view("User::").size() + user_id.size()) +
         attribute("SortKey", std::string_view("Face::").size() + kFaceId.size()) +
         attribute("property_bag", bag) + attribute("image", base64_bytes);
}

void CheckUserRecord(const std::string& user_id, const Properties& properties,
                     uint64_t image_bytes) {
  uint64_t bytes = UserRecordBytes(user_id, properties, image_bytes);
  if (bytes <= kUserRecordBytesMax) return;
  throw Fault("user-record-too-large",
              fmt::format("the user's record would have {} bytes, {} more than the portal's table "
                          "takes",
                          bytes, bytes - kUserRecordBytesMax))
      .Remedy("make the image or its properties smaller");
}

}  // namespace sluice
