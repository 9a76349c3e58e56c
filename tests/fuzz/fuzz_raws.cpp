// SPDX-License-Identifier: Apache-2.0
// Any bytes at all as the head of a raw file: R3D, ARRIRAW, Phantom and digital negatives.
#include "tests/core/camera/raws.h"
#include "tests/fuzz/one_file.h"

namespace rollproof::fuzz {

void one(std::string_view bytes) { describeOneFile(bytes); }

std::vector<std::string> seeds() {
  raws::Ari big;
  big.littleEndian = false;
  raws::Dng motorola;
  motorola.littleEndian = false;
  return {raws::r3d(),        raws::r3d(raws::redTags(), 1), raws::ari(), raws::ari(big), raws::cine(), raws::dng(),
          raws::dng(motorola)};
}

std::vector<std::string> pieces() {
  return {"RED1",
          "RED2",
          "rdi\1",
          "ARRI",
          "\x12\x34\x56\x78",
          "\x78\x56\x34\x12",
          "CI",
          "ST",
          std::string("II*\0", 4),
          std::string("MM\0*", 4)};
}

}  // namespace rollproof::fuzz
