#include "object/file_error.h"

#include <cerrno>
#include <system_error>

namespace sluice {

Error FileError(int error_number, const std::string& path) {
  std::string message = path + ": " + std::generic_category().message(error_number);
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
    case ENAMETOOLONG:
    case EISDIR:
      return Fault("NoSuchKey", message).Remedy("check whether the path is right");
    case EACCES:
    case EPERM:
    case ELOOP:
    case EROFS:
      return Fault("AccessDenied", message)
          .Remedy("let the user who runs sluice have access to it");
    case ENOSPC:
    case EDQUOT:
      return Fault("DiskFull", message).Remedy("make room on the disk");
    default:
      return Fault("FileError", message).With(Retry::kLater).Remedy("look at the disk's health");
  }
}

}  // namespace sluice
