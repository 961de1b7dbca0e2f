#include "base/files/errors.h"

#include <cerrno>
#include <cstring>

namespace custos::file_access {

Code code_of(int error) {
  switch (error) {
    case ENOENT: return Code::NotFound;
    case EACCES:
    case EPERM:
    case EROFS: return Code::Denied;
    case EEXIST: return Code::Usage;
    case ENOSPC:
    case EDQUOT: return Code::Full;
    default: return Code::Unreadable;
  }
}

std::string say(int error) {
  if (error == ENOSPC) return "no space left on the device; free some or write elsewhere";
  if (error == EPIPE) return "the reader of the output went away";
  return std::strerror(error);
}

}  // namespace custos::file_access
