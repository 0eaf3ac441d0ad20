// The XML of S3's replies, as values.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "object/object_ref.h"
#include "object/object_store.h"

namespace sluice {

// One page of ListObjectsV2. `store` and `bucket` go into each ref. Errors: "BadListing" (kLater: a
// proxy's page, or a reply cut short).
ObjectPage ReadListing(std::string_view xml, const std::string& store, const std::string& bucket);

ObjectTags ReadTags(std::string_view xml);
std::string WriteTags(const ObjectTags& tags);

// The ETag that CopyObject answers with, without quotes; empty if the body is no CopyObjectResult.
std::string ReadCopyEtag(std::string_view xml);

// Without the quotes that HTTP puts around it. A weak ETag ("W/...") is as good as none, because it
// does not promise the same bytes.
std::string BareEtag(std::string_view etag);

}  // namespace sluice
