// SPDX-License-Identifier: Apache-2.0
// CMX3600 edit decision lists <-> values. Every line of an event is one EdlEvent; the two lines of a dissolve or wipe
// have the same number. What the reader does not know is kept as a comment or a line and written again.
// Threads: pure functions. Errors: Errc::corrupt for text that is no EDL; Errc::usage, naming the event, for a value
// that a line of an EDL cannot hold.
// Source: CMX 3600 as Avid, Resolve and the EDL samples of OpenTimelineIO write it; ASC CDL 1.2 (ASC_SOP, ASC_SAT).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/base/timecode.h"
#include "core/model/clip.h"

namespace rollproof::interchange {

struct EdlLocator {
  std::string timecode, colour, text;
  bool operator==(const EdlLocator&) const = default;
};

// M2: from here the source runs at this speed.
struct EdlSpeed {
  std::string reel;
  double framesPerSecond = 0;  // negative: backwards
  std::string timecode;
  bool operator==(const EdlSpeed&) const = default;
};

struct EdlEvent {
  std::string number;  // "001"
  std::string reel;
  std::string channels = "V";    // as written: "V", "A", "A2", "AA", "B", "AA/V", ...
  std::vector<int> moreAudio;    // channels of an AUD line
  std::string transition = "C";  // "C" cut, "D" dissolve, "W001" wipe, "K", "KB", "KO" key
  int transitionFrames = 0;
  Timecode sourceIn, sourceOut, recordIn, recordOut;  // out is exclusive
  std::string clipName, sourceFile, clipPath;         // FROM (or TO) CLIP NAME, SOURCE FILE, FROM CLIP
  std::optional<model::Cdl> sop;                      // its saturation is 1
  std::optional<double> saturation;
  std::string amfName, amfUuid;
  std::vector<EdlLocator> locators;
  std::optional<EdlSpeed> speed;
  std::vector<std::string> comments;  // others, without the star
  std::vector<std::string> lines;     // others of no kind we know
  [[nodiscard]] bool hasPicture() const;
  [[nodiscard]] std::vector<int> audioChannels() const;
  // SOP and saturation together, where either is there.
  [[nodiscard]] std::optional<model::Cdl> cdl() const;
  bool operator==(const EdlEvent&) const = default;
};

struct Edl {
  std::string title;
  FrameRate rate;
  bool dropFrame = false;          // FCM of its head
  std::vector<std::string> lines;  // of no kind we know, before the first event
  std::vector<EdlEvent> events;
  std::vector<std::string> findings;  // sentences: what in the text contradicts itself; not written
  bool operator==(const Edl&) const = default;
};

// An EDL does not say its frame rate: an invalid `rate` has the lowest usual one taken that its timecodes fit.
[[nodiscard]] Result<Edl> parseEdl(std::string_view text, FrameRate rate = {0, 1});
// Reels up to 32 characters. parseEdl with its rate reads what this wrote as an equal value, findings apart.
[[nodiscard]] Result<std::string> formatEdl(const Edl& edl);

}  // namespace rollproof::interchange
