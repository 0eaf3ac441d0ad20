// Directories that only the server's user may enter, and the place of the server's socket.
#pragma once

#include <filesystem>

#include "pg/server_user.h"

namespace sluice::pg {

// root/socket, or where that would be longer than a socket's address may be (107 bytes, unix(7)),
// /tmp/sluice-<uid>-<digest of root>: short, and the same for every process that looks for it.
std::filesystem::path SocketDirectory(const std::filesystem::path& root, const ServerUser& user);

// Makes `path` (its parent must exist) with mode 0700 for `user`, or checks that it is so already.
// Errors (kNever, kRun): "cluster-unsafe" if it is someone else's, open to others, or no directory.
void MakePrivateDirectory(const std::filesystem::path& path, const ServerUser& user);

// Makes the cluster's root, owned by the caller: nobody else may put files there, since sluice, as
// root perhaps, writes configuration into it. Errors: as above.
void MakeRoot(const std::filesystem::path& root, const ServerUser& user);

// Writes a whole file that all may read. Errors: "cluster-start".
void WriteFile(const std::filesystem::path& path, const std::string& text);

}  // namespace sluice::pg
