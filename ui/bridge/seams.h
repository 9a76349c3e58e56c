// SPDX-License-Identifier: Apache-2.0
// The places where the window reaches for something outside itself: a file dialog, another program, and what it
// remembers between runs. A test puts its own in.
// Threads: GUI thread only. Errors: a dismissed dialog never calls back.
#pragma once

#include <QString>
#include <functional>
#include <memory>
#include <string>
#include <vector>

class QWidget;

namespace rollproof::ui {

using Chosen = std::function<void(const std::string& path)>;

struct Seams {
  // Open the dialog and return at once; `chosen` is called when a person has chosen.
  std::function<void(QWidget* parent, const QString& title, const Chosen& chosen)> chooseFolder;
  std::function<void(QWidget* parent, const QString& title, const QString& filter, const Chosen& chosen)> chooseFile;
  // A name that does not exist yet, or one a person has agreed to replace.
  std::function<void(QWidget* parent, const QString& title, const QString& name, const QString& filter,
                     const Chosen& chosen)>
      saveFile;
  std::function<void(const std::string& path)> openDocument;  // in the desktop's own viewer
};
[[nodiscard]] Seams desktopSeams();

// What a DIT would not want to type again tomorrow. Weaker proof is not among it: that is chosen anew each time.
struct Remembered {
  std::vector<std::string> destinations;  // raw bytes, Destination 1 first
  std::string project = "Untitled";
};
[[nodiscard]] Remembered recall();
void remember(const Remembered& what);

}  // namespace rollproof::ui
