// SPDX-License-Identifier: Apache-2.0
// Folders on the real disk, made and thrown away.
// Threads: one test, one thread. Errors: a helper that cannot do its work fails the test.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/mhl/mhl.h"
#include "core/mhl/verify.h"

namespace rollproof::mhl::test {

class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  [[nodiscard]] const std::string& path() const { return m_path; }

 private:
  std::string m_path;
};

void put(const std::string& path, const std::string& content);  // makes parents, replaces
[[nodiscard]] std::string get(const std::string& path);
void replaceIn(const std::string& path, const std::string& from, const std::string& to);

// Entries and folders of a scope as an offload would hand them over: all `original`.
struct Inventory {
  Manifest manifest;
  std::vector<std::string> directories;
};
[[nodiscard]] Inventory inventory(const std::string& scope, const std::vector<model::HashFormat>& formats);
Sealed seal(const std::string& scope, const std::vector<model::HashFormat>& formats = {model::HashFormat::xxh64});

[[nodiscard]] VerifyOutcome verify(const std::string& path, const VerifyOptions& options);
[[nodiscard]] VerifyOutcome verify(const std::string& path, bool sealAfter = false);

// "kind path" of each finding but the information ones, sorted.
[[nodiscard]] std::vector<std::string> kinds(const std::vector<Finding>& findings);
[[nodiscard]] bool hasKind(const std::vector<Finding>& findings, const std::string& kind);

// The chain's hash of a manifest, renewed after a test changed the manifest on purpose.
void rechain(const std::string& scope, int generation);

// 2026-05-02T14:35:00Z
[[nodiscard]] WallTime someTime();

// The schema's first violation in a manifest, chain or collection; "" if there is none.
[[nodiscard]] std::string schemaComplaint(const std::string& xml);

}  // namespace rollproof::mhl::test
