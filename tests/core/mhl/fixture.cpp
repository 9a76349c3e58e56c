// SPDX-License-Identifier: Apache-2.0
#include "tests/core/mhl/fixture.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "core/base/path.h"
#include "core/hash/hash.h"
#include "core/mhl/schema.h"

namespace rollproof::mhl::test {

namespace stdfs = std::filesystem;

TempFolder::TempFolder() {
  std::string pattern = (stdfs::temp_directory_path() / "rollproof-mhl-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) FAIL("no temporary folder");
  m_path = pattern;
}
TempFolder::~TempFolder() {
  std::error_code ignored;
  stdfs::remove_all(m_path, ignored);
}

void put(const std::string& path, const std::string& content) {
  stdfs::create_directories(stdfs::path(path).parent_path());
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << content;
  out.close();
  REQUIRE(out.good());
}

std::string get(const std::string& path) {
  auto content = readSmallFile(realFileSystem(), path, 1ULL << 30U);
  REQUIRE(content.has_value());
  return *content;
}

void replaceIn(const std::string& path, const std::string& from, const std::string& to) {
  std::string text = get(path);
  const auto at = text.find(from);
  REQUIRE(at != std::string::npos);
  put(path, text.replace(at, from.size(), to));
}

WallTime someTime() { return fromUnixNanos(1'777'732'500'000'000'000); }

Inventory inventory(const std::string& scope, const std::vector<model::HashFormat>& formats) {
  Inventory result;
  result.manifest.creator = {"cart-1", "rollproof", "0.1", "Backup of A001 to RAID-A", "", {}};
  result.manifest.startedAt = someTime();
  result.manifest.process = Process::transfer;
  const auto tree = walk(realFileSystem(), scope);
  REQUIRE(tree.has_value());
  for (const auto& entry : tree->entries) {
    if (entry.path == "ascmhl" || entry.path.starts_with("ascmhl/")) continue;
    if (entry.info.kind == FileKind::directory) result.directories.push_back(entry.path);
    if (entry.info.kind != FileKind::regular) continue;
    const std::string content = get(path::join(scope, entry.path));
    FileEntry file;
    file.path = entry.path;
    file.bytes = entry.info.bytes;
    file.modifiedUnixNanos = entry.info.modifiedUnixNanos;
    for (const auto format : formats) {
      file.hashes.push_back({hash::digestOf(format, std::as_bytes(std::span(content.data(), content.size()))),
                             Action::original, "2026-05-02T14:35:00Z"});
    }
    result.manifest.files.push_back(std::move(file));
  }
  return result;
}

Sealed seal(const std::string& scope, const std::vector<model::HashFormat>& formats) {
  auto all = inventory(scope, formats);
  auto sealed = appendGeneration(realFileSystem(), scope, std::move(all.manifest), all.directories);
  if (!sealed) FAIL(describe(sealed.error()));
  return *sealed;
}

VerifyOutcome verify(const std::string& path, const VerifyOptions& options) {
  jobs::Progress progress;
  auto outcome = verifyRoll(realFileSystem(), path, options, systemClock(), progress, {});
  if (!outcome) FAIL(describe(outcome.error()));
  return *outcome;
}

VerifyOutcome verify(const std::string& path, bool sealAfter) {
  VerifyOptions options;
  options.seal = sealAfter;
  options.creator = {"cart-1", "rollproof", "0.1", "", "", {}};
  return verify(path, options);
}

std::vector<std::string> kinds(const std::vector<Finding>& findings) {
  std::vector<std::string> result;
  for (const auto& one : findings) {
    if (one.kind != "cache_verified_only" && one.kind != "sealed") result.push_back(one.kind + " " + one.path);
  }
  std::sort(result.begin(), result.end());
  return result;
}

bool hasKind(const std::vector<Finding>& findings, const std::string& kind) {
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& one) { return one.kind == kind; });
}

void rechain(const std::string& scope, int generation) {
  const auto history = readHistory(realFileSystem(), scope);
  REQUIRE(history.has_value());
  const auto& old = history->generations.at(static_cast<std::size_t>(generation - 1));
  const std::string text = get(scope + "/ascmhl/" + old.fileName);
  replaceIn(scope + "/ascmhl/ascmhl_chain.xml", old.c4,
            hash::digestOf(model::HashFormat::c4, std::as_bytes(std::span(text.data(), text.size()))).text);
}

std::string schemaComplaint(const std::string& xml) {
  const auto kind = xml.find("<ascmhldirectory") == std::string::npos ? DocumentKind::manifest : DocumentKind::chain;
  MemorySource source(xml);
  const auto violations = schemaViolations(source, kind);
  if (!violations) return describe(violations.error());
  return violations->empty() ? std::string{} : violations->front();
}

}  // namespace rollproof::mhl::test
