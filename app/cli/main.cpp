// SPDX-License-Identifier: Apache-2.0
// The program people call. Loading and binding the libraries of pictures takes a quarter of a second and 130 MB, which
// a loader who proves one small roll after the other would wait for each time: so the verbs that need none of them are
// here, and all else is handed to rollproof-media, which takes this program's place.
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "app/cli/verbs.h"
#include "core/base/path.h"

namespace {

using namespace rollproof;

constexpr std::string_view kHere[] = {"verify", "seal", "mhl"};

// What is asked for can be done without any library of pictures.
bool isForHere(const std::vector<std::string_view>& words) {
  std::size_t verb = 0;
  while (verb < words.size() && words[verb].starts_with('-')) verb += words[verb] == "--catalog" ? 2 : 1;
  if (verb >= words.size() || std::find(std::begin(kHere), std::end(kHere), words[verb]) == std::end(kHere))
    return false;
  // Expected rolls may say how many clips they should have: those are counted by who knows cameras.
  return std::none_of(words.begin(), words.end(), [](std::string_view word) { return word.starts_with("--expect"); });
}

std::string besideThisProgram(const char* name) {
  std::string here(4096, '\0');
  const ssize_t length = ::readlink("/proc/self/exe", here.data(), here.size());
  here.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
  return path::join(path::parent(here), name);
}

int handOver(char** argv) {
  // Installed, it stands among the programs that people do not call.
  const std::string places[] = {besideThisProgram("rollproof-media"),
                                besideThisProgram("../libexec/rollproof/rollproof-media")};
  for (const std::string& place : places) ::execv(place.c_str(), argv);
  std::fprintf(stderr, "rollproof: %s cannot be started: %s\n", places[0].c_str(), std::strerror(errno));
  return cli::kFailed;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string_view> words(argv + std::min(argc, 1), argv + argc);
  if (!isForHere(words)) return handOver(argv);
  cli::Context context;
  return cli::runProgram(argc, argv, context, [](CLI::App& app, cli::Chosen& chosen) {
    cli::addVerify(app, chosen);
    cli::addSeal(app, chosen);
    cli::addMhl(app, chosen);
  });
}
