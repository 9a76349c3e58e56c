// SPDX-License-Identifier: Apache-2.0
// What the colour tests share. Threads: one test, one thread.
#pragma once

#include <stdlib.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "core/colour/colour.h"

namespace rollproof::colour::test {

inline const Config& config() {
  static const std::shared_ptr<const Config> loaded = [] {
    auto result = loadConfig();
    REQUIRE(result.has_value());
    return *result;
  }();
  return *loaded;
}

inline std::shared_ptr<const Chain> chain(const ChainRequest& request) {
  auto made = config().chain(request);
  if (!made) FAIL(describe(made.error()));
  return *made;
}

inline std::shared_ptr<const Chain> between(const std::string& input, const std::string& output) {
  ChainRequest request;
  request.input = input;
  request.outputSpace = output;
  return chain(request);
}

class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "rollproof-colour-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    m_path = pattern;
  }
  ~Folder() {
    std::error_code code;
    std::filesystem::remove_all(m_path, code);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string write(const std::string& name, const std::string& content) const {
    const std::string path = m_path + "/" + name;
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }
  [[nodiscard]] const std::string& path() const { return m_path; }

 private:
  std::string m_path;
};

}  // namespace rollproof::colour::test
