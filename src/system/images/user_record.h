// The size of the record that a registration becomes in the portal's user table. A DynamoDB item is
// limited to 400 KB, its names counted ("Item sizes and formats", Amazon DynamoDB Developer Guide);
// what the item holds is in the portal's index-faces function.
#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace sluice {

using Properties = std::map<std::string, std::string>;

inline constexpr uint64_t kUserRecordBytesMax = 400 * 1024;

// Bytes of the record, for an image of so many bytes.
uint64_t UserRecordBytes(const std::string& user_id, const Properties& properties,
                         uint64_t image_bytes);

// Errors (kNever, kObject): "user-record-too-large".
void CheckUserRecord(const std::string& user_id, const Properties& properties,
                     uint64_t image_bytes);

}  // namespace sluice
