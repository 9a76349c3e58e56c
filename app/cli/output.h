// SPDX-License-Identifier: Apache-2.0
// Text for people, or one JSON object a line; errors as one sentence on stderr.
// Threads: main thread, but for the progress line's own.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "core/base/error.h"
#include "core/jobs/progress.h"
#include "core/model/clip.h"

namespace rollproof::cli {

using Json = nlohmann::ordered_json;

class Output {
 public:
  bool json = false;
  void line(const std::string& text) const;  // only for people
  void event(const Json& object) const;      // only with --json
  void record(const Json& object) const;     // one JSON line in either mode
  void warn(const std::string& text) const;  // stderr
  // The last line of --json, and the sentence for people; gives the exit code for the error.
  int failed(const std::string& verb, const Error& error) const;
};

[[nodiscard]] int exitCodeFor(const Error& error);
// Put into a result object so that no warning is lost to a program.
[[nodiscard]] Json toJson(const std::vector<model::Warning>& warnings);
[[nodiscard]] std::string humanBytes(std::uint64_t bytes);

// A line on stderr, redrawn while it lives, if stderr is a terminal; nothing otherwise.
class ProgressLine {
 public:
  explicit ProgressLine(const jobs::Progress& progress);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

 private:
  std::jthread m_thread;
};

}  // namespace rollproof::cli
