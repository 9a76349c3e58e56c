// SPDX-License-Identifier: Apache-2.0
#include "core/base/error.h"

#include <cerrno>
#include <cstring>

#include "core/base/path.h"

namespace rollproof {

namespace {

Errc codeFor(int sysErrno) {
  switch (sysErrno) {
    case ENOENT:
    case ENOTDIR:
      return Errc::notFound;
    case EEXIST:
      return Errc::exists;
    case EACCES:
    case EPERM:
      return Errc::permission;
    case EROFS:
      return Errc::readOnly;
    case ENOSPC:
    case EDQUOT:
      return Errc::noSpace;
    case ELOOP:
      return Errc::notRegular;
    case EBUSY:
    case EAGAIN:
      return Errc::busy;
    case ECANCELED:
      return Errc::cancelled;
    case EIO:
    case ENXIO:
    case ENODEV:
      return Errc::io;
    default:
      return Errc::failed;
  }
}

std::string errnoText(int sysErrno) {
  char buffer[128] = {};
  return strerror_r(sysErrno, buffer, sizeof buffer);  // the GNU form: returns the text
}

}  // namespace

Error systemError(int sysErrno, const std::string& operation, std::string subject, std::int64_t offsetBytes) {
  Error error;
  error.code = codeFor(sysErrno);
  error.message = operation + ": " + errnoText(sysErrno);
  error.subject = std::move(subject);
  error.sysErrno = sysErrno;
  error.offsetBytes = offsetBytes;
  return error;
}

std::string describe(const Error& error) {
  std::string text = error.subject.empty() ? std::string{} : path::display(error.subject) + ": ";
  text += error.message;
  if (error.offsetBytes >= 0) text += " (at byte " + std::to_string(error.offsetBytes) + ")";
  return text;
}

const char* name(Errc code) {
  switch (code) {
    case Errc::failed:
      return "failed";
    case Errc::usage:
      return "usage";
    case Errc::notFound:
      return "not_found";
    case Errc::exists:
      return "exists";
    case Errc::permission:
      return "permission";
    case Errc::readOnly:
      return "read_only";
    case Errc::noSpace:
      return "no_space";
    case Errc::io:
      return "io";
    case Errc::notRegular:
      return "not_regular";
    case Errc::busy:
      return "busy";
    case Errc::cancelled:
      return "cancelled";
    case Errc::corrupt:
      return "corrupt";
    case Errc::unsupported:
      return "unsupported";
    case Errc::conflict:
      return "conflict";
  }
  return "failed";
}

}  // namespace rollproof
