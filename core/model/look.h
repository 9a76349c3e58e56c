// SPDX-License-Identifier: Apache-2.0
// A look: what stands between the camera's encoding and the display. Either one CDL and one show LUT, or, where that
// does not say it (an AMF), steps in the order in which they are done. Threads: plain values.
// Source: ASC CDL v1.2; S-2019-001 (ACES Metadata File), lookTransform.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/model/clip.h"

namespace rollproof::model {

// ASC's own form clamps to 0..1 before the power and at the end. Without, log footage keeps what it holds above 1.
enum class CdlStyle { noClamp, asc };
enum class LookOrder { cdlThenLut, lutThenCdl };

struct LookStep {
  enum class Kind { cdl, lut, transform } kind = Kind::cdl;
  std::string name;  // what people call it
  std::optional<Cdl> cdl;
  CdlStyle style = CdlStyle::noClamp;
  std::string file, hash;  // lut: absolute path, raw bytes, and "xxh64:..." of what it held when it was taken in
  std::string transform;   // the configuration's look of that name (a gamut compression, say)
  // What it works in and what it gives, as Look::cdlSpace, lutInput and lutOutput.
  std::string input, output;
  bool applied = false;  // already in the pictures: shown, and not done again
};

struct Look {
  std::string name;
  std::optional<Cdl> cdl;
  std::string cdlSpace;  // colour space the CDL works in; "" = the camera's own log encoding
  CdlStyle cdlStyle = CdlStyle::noClamp;
  std::string lutFile;  // absolute path, raw bytes; "" none
  std::string lutHash;  // "xxh64:..." of what it held when it was taken in; "" not taken in
  // What the LUT expects and gives: "" input = the camera's own log encoding; output "display" = the LUT ends in the
  // display's code values (log-to-video), else a colour space (log-to-log).
  std::string lutInput;
  std::string lutOutput = "display";
  LookOrder order = LookOrder::cdlThenLut;
  std::vector<LookStep> steps;  // when there are any they are all there is: cdl and lutFile are empty

  // What an AMF says beside: the clip's colour space and the display, "" where it leaves them to others.
  std::string input, display, view;
  std::string source;        // "A001C004.amf, uuid afe122be-..., of 2020-11-10"; "" none
  std::int64_t version = 0;  // in the catalog, from 1; 0 = not from there
};

}  // namespace rollproof::model
