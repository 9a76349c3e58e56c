// SPDX-License-Identifier: Apache-2.0
// A look: CDL and/or show LUT between the camera's encoding and the display. Threads: plain values.
#pragma once

#include <optional>
#include <string>

#include "core/model/clip.h"

namespace rollproof::model {

struct Look {
  std::string name;
  std::optional<Cdl> cdl;
  std::string cdlSpace;  // colour space the CDL works in; "" = the camera's own log encoding
  std::string lutFile;   // absolute path, raw bytes; "" none
  // What the LUT expects and gives: "" input = the camera's own log encoding; output "display" = the LUT ends in the
  // display's code values (log-to-video), else a colour space (log-to-log).
  std::string lutInput;
  std::string lutOutput = "display";
};

}  // namespace rollproof::model
