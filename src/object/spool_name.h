// What names a body that was posted to a server and waits in the ledger (engine/spool.h):
// spool://UPLOAD/NAME. In an ObjectRef the bucket is the upload.
#pragma once

#include <string_view>

namespace sluice {

// ObjectRef::store of such a body.
inline constexpr std::string_view kSpoolStore = "spool";
// Whether a text can be an upload's id: a UUID in lower case.
bool IsUploadId(std::string_view text);

}  // namespace sluice
