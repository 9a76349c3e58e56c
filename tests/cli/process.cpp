// SPDX-License-Identifier: Apache-2.0
#include "tests/cli/process.h"

#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace fs = std::filesystem;

namespace rollproof::cli_test {

Scratch::Scratch() {
  std::string pattern = (fs::temp_directory_path() / "rollproof-cli-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) FAIL("no folder for the test");
  m_root = pattern;
}

Scratch::~Scratch() {
  std::error_code ignored;
  fs::remove_all(m_root, ignored);
}

void Scratch::file(const std::string& name, const std::string& content) const {
  fs::create_directories(fs::path(path(name)).parent_path());
  std::ofstream(path(name), std::ios::binary) << content;
}

void Scratch::folder(const std::string& name) const { fs::create_directories(path(name)); }

std::string slurp(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> filesWith(const std::string& root, const std::string& suffix) {
  std::vector<std::string> found;
  std::error_code ignored;
  for (fs::recursive_directory_iterator it(root, ignored), end; it != end; it.increment(ignored))
    if (it->is_regular_file(ignored) && it->path().string().ends_with(suffix)) found.push_back(it->path().string());
  std::sort(found.begin(), found.end());
  return found;
}

const nlohmann::json& Ran::result() const {
  INFO("stdout: " << out << "\nstderr: " << err);
  REQUIRE_FALSE(events.empty());
  REQUIRE(events.back().value("event", "") == "result");
  return events.back();
}

std::vector<nlohmann::json> Ran::all(const std::string& event) const {
  std::vector<nlohmann::json> found;
  for (const auto& one : events)
    if (one.value("event", "") == event) found.push_back(one);
  return found;
}

Ran run(const Scratch& scratch, std::vector<std::string> arguments, const std::function<bool()>& killWhen) {
  static int number = 0;
  const std::string outFile = scratch.path("out-" + std::to_string(++number));
  const std::string errFile = scratch.path("err-" + std::to_string(number));
  arguments.insert(arguments.begin(), {ROLLPROOF_BINARY, "--catalog", scratch.path("catalog.db")});
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, outFile.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errFile.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  pid_t child = 0;
  const int failed = posix_spawn(&child, ROLLPROOF_BINARY, &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  REQUIRE(failed == 0);
  int status = 0;
  if (killWhen) {
    while (waitpid(child, &status, WNOHANG) == 0) {
      if (killWhen()) {
        kill(child, SIGKILL);
        waitpid(child, &status, 0);
        break;
      }
      sched_yield();
    }
  } else {
    waitpid(child, &status, 0);
  }
  Ran ran;
  ran.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  ran.out = slurp(outFile);
  ran.err = slurp(errFile);
  return ran;
}

Ran runJson(const Scratch& scratch, std::vector<std::string> arguments, const std::function<bool()>& killWhen) {
  arguments.insert(arguments.begin(), "--json");
  Ran ran = run(scratch, std::move(arguments), killWhen);
  std::istringstream lines(ran.out);
  for (std::string line; std::getline(lines, line);) {
    auto event = nlohmann::json::parse(line, nullptr, false);
    // A killed process may leave half a line; anything else on stdout breaks the contract.
    if (event.is_discarded() || !event.is_object()) {
      INFO("not one JSON object a line: " << line);
      REQUIRE(killWhen);
      continue;
    }
    ran.events.push_back(std::move(event));
  }
  return ran;
}

}  // namespace rollproof::cli_test
