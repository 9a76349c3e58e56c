// SPDX-License-Identifier: Apache-2.0
// A report as PDF: the same HTML the core writes, laid out on A4 for the printer.
// Threads: any; it takes a moment, so ask for it off the GUI thread. A QGuiApplication must exist (fonts).
// Errors: Errc::failed if nothing could be laid out. Nothing outside the text is fetched.
// Source: Qt's rich text subset of HTML 4 and CSS 2.1; ISO 216 A4.
#pragma once

#include <QString>
#include <string>

#include "core/base/error.h"

namespace rollproof::ui {

// The bytes of a PDF file. `title` is what a viewer shows on top.
[[nodiscard]] Result<std::string> pdfOf(const std::string& html, const QString& title);

}  // namespace rollproof::ui
