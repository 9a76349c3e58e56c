// SPDX-License-Identifier: Apache-2.0
// A card: one magazine's file system, or a folder that holds its copy. Threads: plain values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/model/clip.h"

namespace rollproof::model {

struct Card {
  std::string root;                   // absolute, raw bytes
  std::string family;                 // first family found, "generic" if none
  std::vector<std::string> families;  // all of them: a body may write several on one card
  std::string camera;                 // "ARRI ALEXA Mini", for people; "" unknown
  std::string reel;                   // roll name the card suggests: reel, else its folder's name
  std::vector<Clip> clips;
  std::uint64_t files = 0;  // regular files, all of them
  std::uint64_t bytes = 0;
  std::vector<Warning> warnings;  // about the card; those about a clip are on the clip
};

}  // namespace rollproof::model
