// SPDX-License-Identifier: Apache-2.0
// Apart from the rest of proof.h: who needs no clips counted need not load what reads cameras' files.
#include "core/base/file_system.h"
#include "core/camera/camera.h"
#include "core/session/proof.h"

namespace rollproof::session {

void countClips(ReceivedRoll& roll, const std::stop_token& stop) {
  const auto card = camera::readCard(realFileSystem(), roll.path, camera::Depth::names, stop);
  if (!card) return;  // not counted, and so not compared
  roll.clips = card->clips.size();
  roll.camera = card->camera;
}

}  // namespace rollproof::session
