// SPDX-License-Identifier: Apache-2.0
// Runs the rollproof binary and keeps what it said. Threads: one test at a time.
#pragma once

#include <sys/types.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace rollproof::cli_test {

// A folder of its own with a catalog in it, removed afterwards.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] std::string path(const std::string& name) const { return m_root + "/" + name; }
  void file(const std::string& name, const std::string& content) const;  // makes parents
  void folder(const std::string& name) const;

 private:
  std::string m_root;
};

struct Ran {
  int exit = -1;  // exit code, or 128 + signal
  std::string out, err;
  std::vector<nlohmann::json> events;                  // one a line of stdout, when every line was JSON
  [[nodiscard]] const nlohmann::json& result() const;  // the last one; fails the test if it is no result
  [[nodiscard]] std::vector<nlohmann::json> all(const std::string& event) const;
};

// Adds --catalog of the scratch. `killWhen` is asked again and again while the process runs; true kills it with -9.
Ran run(const Scratch& scratch, std::vector<std::string> arguments, const std::function<bool()>& killWhen = {});
Ran runJson(const Scratch& scratch, std::vector<std::string> arguments, const std::function<bool()>& killWhen = {});

[[nodiscard]] std::string slurp(const std::string& path);
// Every file below root with this suffix.
[[nodiscard]] std::vector<std::string> filesWith(const std::string& root, const std::string& suffix);

}  // namespace rollproof::cli_test
