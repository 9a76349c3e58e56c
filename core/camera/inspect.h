// SPDX-License-Identifier: Apache-2.0
// Reading a card whose content is hostile until proven otherwise: everything on it is parsed by another program that
// can see nothing else, change nothing and hold nobody up. What a clip does to that program costs this clip's details
// alone. Threads: blocks; several cards at once are fine, each has a process of its own. Errors: as readCard. A file
// that crashes its reader or takes too long is a warning on its clip (reader_crashed,
//         reader_hung), which keeps what its name says.
// Source: landlock(7), prctl(2) PR_SET_NO_NEW_PRIVS, seccomp(2), setrlimit(2), bwrap(1).
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>

#include "core/base/error.h"
#include "core/camera/camera.h"
#include "core/media/media.h"

namespace rollproof::camera {

struct InspectOptions {
  Depth depth = Depth::metadata;              // Depth::names parses nothing and needs no other program
  bool checkFrames = false;                   // decode the first, a middle and the last frame of each clip
  int workers = 0;                            // processes that read clips at once; 0 = one a processor core
  std::chrono::milliseconds perClip{20'000};  // longer than this is a hang
  int pictureWidth = 0;                       // > 0: decode the middle frame as well, about that wide, for `picture`
  std::string program;                        // of the reader; "" = rollproof-inspect beside this one, or ../libexec
};

using InspectStep = std::function<void(std::size_t done, std::size_t total)>;
// The middle picture of a clip, before colour; or why there is none. Called on the caller's thread.
using InspectPicture = std::function<void(const model::Clip& clip, Result<media::CodedPicture> picture)>;

[[nodiscard]] Result<model::Card> inspectCard(const std::string& root, const InspectOptions& options = {},
                                              std::stop_token stop = {}, const InspectStep& step = {},
                                              const InspectPicture& picture = {});

// All that rollproof-inspect does; gives its exit code. Speaks to inspectCard alone, in its own words.
int inspectMain(int argc, char** argv);

}  // namespace rollproof::camera
