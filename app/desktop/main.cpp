// SPDX-License-Identifier: Apache-2.0
#include <QApplication>
#include <QIcon>
#include <cstdio>
#include <string>
#include <vector>

#include "ui/shell/main_window.h"

namespace {

constexpr const char* kUsage =
    "Usage: rollproof-desktop [--catalog FILE] [CARD...]\n"
    "  --catalog FILE  the catalog to use (default: $XDG_DATA_HOME/rollproof/catalog.db)\n"
    "  CARD            folders to put on the desk as cards\n";

struct Arguments {
  std::string catalog;
  std::vector<std::string> cards;  // raw bytes: taken from argv, never through QString
};

// 0: go on; else the exit code, plus one.
int parse(int argc, char** argv, Arguments& arguments) {
  bool onlyCards = false;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (onlyCards || argument.empty() || argument.front() != '-') {
      arguments.cards.push_back(argument);
    } else if (argument == "--") {
      onlyCards = true;
    } else if (argument == "--help" || argument == "-h") {
      std::fputs(kUsage, stdout);
      return 1;
    } else if (argument == "--version") {
      std::printf("rollproof-desktop %s\n", rollproof::session::version());
      return 1;
    } else if (argument == "--catalog" && i + 1 < argc) {
      arguments.catalog = argv[++i];
    } else if (argument.starts_with("--catalog=")) {
      arguments.catalog = argument.substr(10);
    } else {
      std::fprintf(stderr, "rollproof-desktop: unknown option %s\n%s", argument.c_str(), kUsage);
      return 3;
    }
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  QCoreApplication::setApplicationName(QStringLiteral("rollproof-desktop"));
  QCoreApplication::setOrganizationName(QStringLiteral("rollproof"));
  // --help and --version work without a display.
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument != "--help" && argument != "-h" && argument != "--version") continue;
    Arguments unused;
    return parse(argc, argv, unused) - 1;
  }
  QApplication application(argc, argv);  // takes Qt's own options out of argv
  Arguments arguments;
  if (const int stop = parse(argc, argv, arguments); stop != 0) return stop - 1;
  QGuiApplication::setDesktopFileName(QStringLiteral("rollproof-desktop"));
  QApplication::setWindowIcon(QIcon(QStringLiteral(":/rollproof/icons/rollproof.png")));
  rollproof::ui::theme::apply(application);
  const auto session = rollproof::session::Session::open(arguments.catalog);
  rollproof::ui::MainWindow window(*session, rollproof::ui::desktopSeams());
  window.show();
  for (const auto& card : arguments.cards) window.addCard(card);
  return QApplication::exec();
}
