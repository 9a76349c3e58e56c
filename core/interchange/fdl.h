// SPDX-License-Identifier: Apache-2.0
// ASC Framing Decision Lists: which part of what a camera recorded is the picture, and what is kept around it.
// Threads: pure functions. Errors: Errc::corrupt for what is no FDL or holds impossible numbers, with the place in it;
// Errc::notFound where nothing in it fits a clip, saying what it has; Errc::unsupported for major versions above 2.
// Source: ASC Framing Decision List specification 1.0 and 2.0 (American Society of Cinematographers, Motion Imaging
// Technology Council): all places are in pixels of the canvas as it is stored (squeezed), from its top left corner.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace rollproof::interchange {

struct FdlSize {
  double width = 0, height = 0;
  bool operator==(const FdlSize&) const = default;
};
struct FdlBox {
  double x = 0, y = 0, width = 0, height = 0;
  bool operator==(const FdlBox&) const = default;
};

struct FdlIntent {
  std::string id, label;
  FdlSize aspect;         // as shown: 239 x 100
  double protection = 0;  // share of the picture kept around it
};
struct FdlDecision {
  std::string id, label, intent;
  FdlBox frame;
  std::optional<FdlBox> protection;
};
struct FdlCanvas {
  std::string id, label, sourceCanvas;
  FdlSize size;
  std::optional<FdlBox> effective;  // the part of the canvas that holds picture
  double squeeze = 1;
  std::vector<FdlDecision> decisions;
};
struct FdlContext {
  std::string label, creator;
  std::string clipName, clipFile;  // "" = not of one clip
  std::vector<FdlCanvas> canvases;
};
struct FdlTemplate {
  std::string id, label;
  FdlSize target;
  double targetSqueeze = 1;
  std::string fitSource, fitMethod;  // "framing_decision.dimensions"; "width", "height", "fit_all", "fill"
};
struct Fdl {
  std::string uuid, creator, defaultIntent;
  int major = 0, minor = 0;
  std::vector<FdlIntent> intents;
  std::vector<FdlContext> contexts;
  std::vector<FdlTemplate> templates;
};
[[nodiscard]] Result<Fdl> parseFdl(std::string_view json);
// Does the text look like an FDL at all (a JSON object with contexts or framing intents)?
[[nodiscard]] bool looksLikeFdl(std::string_view json);

struct FdlQuery {
  int width = 0, height = 0;       // as recorded
  std::string clip;                // its name
  std::vector<std::string> hints;  // sensor mode, camera model: of canvases alike, one whose label says so
  std::string intent;              // id or label of a framing intent; "" = the list's default
};
struct FdlChoice {
  FdlBox frame;                      // in pixels of the recorded picture, within it
  std::optional<FdlBox> protection;  // the same
  double squeeze = 1;
  std::string label;        // of the decision, else of its intent
  std::string explanation;  // how it was found, in one sentence
};
[[nodiscard]] Result<FdlChoice> chooseFraming(const Fdl& fdl, const FdlQuery& query);

}  // namespace rollproof::interchange
