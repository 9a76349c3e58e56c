// SPDX-License-Identifier: Apache-2.0
#include "tests/fault/program.h"

#include <algorithm>
#include <sstream>

using rollproof::support::Scratch;
using rollproof::support::slurp;

namespace rollproof::fault_test {

std::string outFile(const Scratch& scratch) { return (scratch.root / "out.jsonl").native(); }
std::string errFile(const Scratch& scratch) { return (scratch.root / "err.txt").native(); }

std::vector<std::string> programArgv(const Scratch& scratch, std::vector<std::string> arguments) {
  std::vector<std::string> argv{ROLLPROOF_BINARY};
  if (std::find(arguments.begin(), arguments.end(), "--catalog") == arguments.end()) {
    argv.push_back("--catalog");
    argv.push_back((scratch.root / "catalog.db").native());
  }
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return argv;
}

Ran told(const Scratch& scratch, int exit) {
  Ran ran;
  ran.exit = exit;
  ran.out = slurp(outFile(scratch));
  ran.err = slurp(errFile(scratch));
  std::istringstream lines(ran.out);
  for (std::string line; std::getline(lines, line);) {
    auto event = nlohmann::json::parse(line, nullptr, false);
    if (event.is_object() && event.value("event", "") == "result") ran.result = std::move(event);
  }
  return ran;
}

Ran program(const Scratch& scratch, std::vector<std::string> arguments) {
  support::Child child(programArgv(scratch, std::move(arguments)), outFile(scratch), errFile(scratch));
  return told(scratch, child.wait().value_or(-1));
}

bool canTrace(const Scratch& scratch) {
  support::Child child({"strace", "-f", "-o", (scratch.root / "trace").native(), "true"}, outFile(scratch),
                       errFile(scratch));
  return child.wait() == 0;
}

Ran programUnder(const Scratch& scratch, const std::string& injection, const std::string& path,
                 std::vector<std::string> arguments, int& injected) {
  const std::string trace = (scratch.root / "trace").native();
  const std::string calls = injection.substr(0, injection.find(':'));
  std::vector<std::string> argv{"strace", "-f", "-o", trace, "-e", "trace=" + calls, "-e", "inject=" + injection};
  if (!path.empty()) argv.insert(argv.end(), {"-P", path});
  const auto own = programArgv(scratch, std::move(arguments));
  argv.insert(argv.end(), own.begin(), own.end());
  support::Child child(argv, outFile(scratch), errFile(scratch));
  auto ran = told(scratch, child.wait().value_or(-1));
  const std::string text = slurp(trace);
  injected = 0;
  for (auto at = text.find("(INJECTED)"); at != std::string::npos; at = text.find("(INJECTED)", at + 1)) ++injected;
  if (text.find("+++ killed by SIGKILL") != std::string::npos) ++injected;
  return ran;
}

}  // namespace rollproof::fault_test
