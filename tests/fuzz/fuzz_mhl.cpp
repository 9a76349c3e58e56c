// SPDX-License-Identifier: Apache-2.0
// Any bytes at all as a manifest, a chain, a collection or a pattern list: a value or an error, never a crash, a hang
// or a path that leads out.
#include <string>
#include <vector>

#include "core/base/path.h"
#include "core/hash/hash.h"
#include "core/mhl/classic.h"
#include "core/mhl/document.h"
#include "core/mhl/ignore.h"
#include "core/mhl/records.h"
#include "core/mhl/schema.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace rollproof;
using model::HashFormat;

using fuzz::require;

void asManifest(const std::string& text) {
  auto manifest = mhl::parseManifest(text);
  if (!manifest) return;
  for (std::size_t i = 0; i < manifest->files.size(); ++i) {
    require(path::isSafeRelative(manifest->files.path(i)), "an unsafe path came through");
    const auto previous = manifest->files.previousPath(i);
    require(previous.empty() || path::isSafeRelative(previous), "an unsafe previous path came through");
  }
  for (const auto& one : manifest->references) require(path::isSafeRelative(one.path), "an unsafe reference");
  // What was read can be written, and reads the same.
  const std::string written = mhl::formatManifest(*manifest);
  const auto again = mhl::parseManifest(written);
  require(again.has_value(), "what was written does not read");
  require(mhl::formatManifest(*again) == written, "what was written reads as something else");
  mhl::Generation generation;
  generation.proven = true;
  generation.manifest = std::move(*manifest);
  mhl::Records records;
  mhl::addGeneration(records, generation);
  mhl::addGeneration(records, generation);
  (void)mhl::directoryHashes(generation.manifest.files, {}, {HashFormat::xxh64, HashFormat::c4});
}

}  // namespace

void rollproof::fuzz::one(std::string_view bytes) {
  const std::string text(bytes);
  asManifest(text);
  if (const auto list = mhl::parseClassic(text)) {
    for (const auto& file : list->files) require(path::isSafeRelative(file.path), "an unsafe listed path");
  }
  if (const auto chain = mhl::parseChain(text)) {
    const auto again = mhl::parseChain(mhl::formatChain(*chain));
    require(again.has_value(), "a written chain does not read");
  }
  for (const auto kind : {mhl::DocumentKind::manifest, mhl::DocumentKind::chain}) {
    mhl::MemorySource source(text);
    (void)mhl::schemaViolations(source, kind);
  }
  std::vector<std::string> patterns;
  for (std::size_t from = 0; from < text.size() && patterns.size() < 64;) {
    const auto end = std::min(text.find('\n', from), text.size());
    patterns.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  const mhl::IgnoreRules rules(patterns);
  (void)rules.matches("Clips/A001C001_260502_R2EC.mov", false);
  (void)rules.matches(text.substr(0, 512), true);
}

std::vector<std::string> rollproof::fuzz::seeds() {
  mhl::Manifest manifest;
  manifest.creator = {"host", "rollproof", "0.1", "a & b", "Stage", {{"DIT", "a@b.co", "+1", "role"}}};
  manifest.startedAt = fromUnixNanos(1'777'732'500'000'000'000);
  manifest.process = mhl::Process::transfer;
  manifest.ignorePatterns = {".DS_Store", "/a/**/b", "![x-z]?\\*"};
  for (const char* name : {"a.mov", "b\xFF.mov", "D/c.mov", "D/E/d%41.mov"}) {
    mhl::FileEntry file;
    file.path = name;
    file.previousPath = file.path + ".old";
    for (const auto format : hash::allFormats()) {
      file.hashes.push_back({hash::digestOf(format, {}), mhl::Action::verified, "2026-05-02T14:35:00Z"});
    }
    manifest.files.push_back(file);
  }
  manifest.directories = mhl::directoryHashes(manifest.files, {}, {HashFormat::xxh64});
  manifest.root = manifest.directories.back();
  manifest.directories.pop_back();
  manifest.references = {{"D/ascmhl/0001_D_2026-05-02_143500Z.mhl", hash::digestOf(HashFormat::c4, {})}};
  return {
      mhl::formatManifest(manifest),
      mhl::formatChain({{1, "0001_A_2026-05-02_143500Z.mhl", hash::digestOf(HashFormat::c4, {})},
                        {2, "0002_A_2026-05-02_153500Z.mhl", hash::digestOf(HashFormat::c4, {})}}),
      "<?xml version=\"1.0\"?><hashlist version=\"1.1\"><creatorinfo><name>n</name></creatorinfo><hash><file>a/b.mov"
      "</file><size>3</size><lastmodificationdate>2026-05-02T14:35:00Z</lastmodificationdate><xxhash64be>"
      "ef46db3751d8e999</xxhash64be><md5>d41d8cd98f00b204e9800998ecf8427e</md5><xxhash>46947589</xxhash><hashdate>"
      "2026-05-02T14:35:00Z</hashdate></hash></hashlist>",
      "*.tmp\n!keep.tmp\n/top\ncache/\na/**/b\n[a-z]*[!0-9]\n\\#x\n**/\n***\n[\n"};
}

std::vector<std::string> rollproof::fuzz::pieces() {
  return {"<",
          ">",
          "</hash>",
          "<hash>",
          "<path>",
          "../",
          "/",
          std::string(1, '\0'),
          "&amp;",
          "&#0;",
          "&#xD800;",
          "<!DOCTYPE x>",
          "<![CDATA[x]]>",
          "]]>",
          "-1",
          "99999999999999999999",
          "**",
          "\xEF\xBB\xBF",
          "\xFF\xFE",
          "xmlns=\"\"",
          "<!--",
          "<?x?>",
          "%2e%2e/",
          "metadata"};
}
