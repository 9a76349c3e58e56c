// SPDX-License-Identifier: Apache-2.0
// What went wrong, as a value. Nothing in core throws; a library that throws is caught at its module's edge.
// Threads: plain values, free of shared state.
#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace rollproof {

// A code exists only where a program branches on it. Zero is a failure, never "good".
enum class Errc {
  failed,       // nothing more precise is known
  usage,        // the caller asked for something that makes no sense
  notFound,     // the named thing is not there
  exists,       // the name is taken
  permission,   // not allowed to
  readOnly,     // the file system refuses all writes
  noSpace,      // disk or quota full
  io,           // the device or the link answered with an error
  notRegular,   // a FIFO, device, socket or link where a file was expected
  busy,         // locked by someone else
  cancelled,    // stopped on request: an outcome, not a fault
  corrupt,      // content contradicts itself or its checksum
  unsupported,  // well-formed, but this build has no way to handle it
  conflict,     // something else already stands where we would write
};

struct Error {
  Errc code = Errc::failed;
  std::string message;            // one clear sentence in English, without the subject
  std::string subject;            // path (raw bytes) or name it is about; may be empty
  int sysErrno = 0;               // errno where the system said one
  std::int64_t offsetBytes = -1;  // where in the file, -1 if not applicable
};

template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

inline tl::unexpected<Error> fail(Errc code, std::string message, std::string subject = {}) {
  return tl::unexpected<Error>(Error{code, std::move(message), std::move(subject), 0, -1});
}

// Error from an errno: picks the code and names the operation ("cannot open: No space left on device").
[[nodiscard]] Error systemError(int sysErrno, const std::string& operation, std::string subject = {},
                                std::int64_t offsetBytes = -1);

// "subject: message" for people; the subject is made displayable (see path.h).
[[nodiscard]] std::string describe(const Error& error);

// The stable lower_snake word for JSON and logs.
[[nodiscard]] const char* name(Errc code);

}  // namespace rollproof
