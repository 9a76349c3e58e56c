// SPDX-License-Identifier: Apache-2.0
// Values of a report in words, the same in HTML and CSV.
// Threads: pure functions. Errors: none; what is unknown is "".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/model/clip.h"
#include "core/model/file_record.h"
#include "core/model/verdict.h"

namespace rollproof::report {

// For eyes: bytes that are no UTF-8, control characters and those that turn the writing direction become U+FFFD, so
// that a file name cannot pose as another.
[[nodiscard]] std::string plain(std::string_view bytes);
// plain(), fit for HTML text and double-quoted attributes.
[[nodiscard]] std::string escaped(std::string_view bytes);
// What people wrote over several lines, as one; plain() would show their breaks as unknown characters.
[[nodiscard]] std::string oneLine(std::string text);
[[nodiscard]] std::string base64(std::string_view bytes);

[[nodiscard]] std::string sizeText(std::uint64_t bytes);         // "1.50 GB", decimal as drives are sold
[[nodiscard]] std::string groupedNumber(std::uint64_t number);   // "1 234 567", no-break spaces
[[nodiscard]] std::string dateTimeText(const std::string& iso);  // "2026-05-02 10:05 UTC"; other text stays
[[nodiscard]] std::string numberText(double value, int decimals);

[[nodiscard]] std::string startText(const model::Clip& clip);
[[nodiscard]] std::string endText(const model::Clip& clip);       // exclusive: the first frame after the clip
[[nodiscard]] std::string durationText(const model::Clip& clip);  // as a count of hours, minutes, seconds, frames
[[nodiscard]] std::string rateText(const FrameRate& rate);        // "23.976"
[[nodiscard]] std::string cameraText(const model::Clip& clip);
[[nodiscard]] std::string pictureText(const model::Clip& clip);
[[nodiscard]] std::string lensText(const model::Clip& clip);
[[nodiscard]] std::string whiteBalanceText(const model::Clip& clip);

struct StateWord {
  const char* word;
  enum class Kind { open, good, bad } kind;
};
[[nodiscard]] StateWord stateWord(model::CopyState state);
[[nodiscard]] const char* hashName(model::HashFormat format);

[[nodiscard]] const char* cardReportStyle();

}  // namespace rollproof::report
