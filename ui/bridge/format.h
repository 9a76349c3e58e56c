// SPDX-License-Identifier: Apache-2.0
// Core values as text for people. Lossy where bytes are no text: for eyes only, never to go back to the disk.
// Threads: pure functions. Errors: none.
#pragma once

#include <QString>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/error.h"

class QByteArray;

namespace rollproof::ui {

[[nodiscard]] QString shown(const std::string& bytes);
[[nodiscard]] std::string utf8(const QString& text);
[[nodiscard]] QString bytesText(std::uint64_t bytes);  // "480.2 GB"
[[nodiscard]] QString countText(std::uint64_t count);  // "1 032"
// "2 files defect", "defect" when what is wrong is no single file.
[[nodiscard]] QString defectText(std::uint64_t files);
[[nodiscard]] QString counted(std::uint64_t count, const char* one, const char* many);  // "1 clip", "14 clips"
[[nodiscard]] QString rateText(double bytesPerSecond);                                  // "912 MB/s", "" below 1 byte
[[nodiscard]] QString clockText(const std::string& isoUtcTime);  // local "13:58"; "" if it cannot be read
[[nodiscard]] QString dayText(const std::string& isoDay);        // "2 May 2026"; the text itself if it is no date
[[nodiscard]] QString inText(std::chrono::seconds remaining);    // "in 6 min", "in 40 s"
[[nodiscard]] QString doneAtText(WallTime now, std::chrono::seconds remaining);  // "14:35"

// What went wrong and, where something can be done, what to do next.
[[nodiscard]] QString sentence(const Error& error);

// Local paths of a dropped text/uri-list, percent-decoded as bytes: a name that is not UTF-8 survives.
[[nodiscard]] std::vector<std::string> droppedPaths(const QByteArray& uriList);
// file:// URL of exactly these bytes.
[[nodiscard]] QByteArray fileUrl(const std::string& path);

}  // namespace rollproof::ui
