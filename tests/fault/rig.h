// SPDX-License-Identifier: Apache-2.0
// A card, drives and one offload on real folders, and what must hold after every fault.
// Threads: one test at a time. Errors: a broken invariant fails the test that asked.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/offload/offload.h"
#include "tests/support/disk.h"
#include "tests/support/faulty_file_system.h"

namespace rollproof::fault_test {

// A few megabytes of clip, a small one, odd names, an empty file and an empty folder.
void makeCard(const std::filesystem::path& card);
inline constexpr const char* kLargeClip = "CLIPS/A001C001.mov";
inline constexpr const char* kSmallClip = "CLIPS/A001C002.mov";

[[nodiscard]] offload::Request requestFor(const std::filesystem::path& card,
                                          const std::vector<std::filesystem::path>& to);
// The same, with every destination said to be a drive of its own: a verdict can be Safe without mounting anything.
[[nodiscard]] offload::Request onOwnDrives(offload::Request request);

[[nodiscard]] offload::Outcome run(const offload::Request& request, FileSystem& fs = realFileSystem());
[[nodiscard]] bool safe(const offload::Outcome& outcome);
[[nodiscard]] bool says(const offload::Outcome& outcome, std::string_view code);  // a reason of the verdict
[[nodiscard]] const model::FileProblem* problemOf(const offload::Outcome& outcome, std::string_view code,
                                                  std::string_view path = {});
[[nodiscard]] std::string told(const offload::Outcome& outcome);
[[nodiscard]] int manifestsIn(const std::filesystem::path& root);
[[nodiscard]] int leftoversIn(const std::filesystem::path& root);
[[nodiscard]] inline std::filesystem::path copyIn(const std::filesystem::path& destination) {
  return destination / "P/D/A001";
}

// A card and two destinations on plain folders that answer as drives of their own.
struct CardAndDrives {
  support::Scratch scratch;
  std::filesystem::path card = scratch.root / "card", a = scratch.root / "a", b = scratch.root / "b";
  CardAndDrives() { makeCard(card); }
  [[nodiscard]] offload::Request request() const { return onOwnDrives(requestFor(card, {a, b})); }
};

// What a card was before a run, and the invariants that hold whatever happens in between.
class Before {
 public:
  explicit Before(std::filesystem::path card);
  // The card is untouched; no final name has other content; a sealed copy is whole and has one manifest; Safe only if
  // every copy that counts is whole.
  void check(const offload::Request& request, const offload::Outcome& outcome) const;
  // The next run of the same request, on sound disks: whole everywhere, one manifest a copy, nothing half done.
  void checkNext(const offload::Request& request, bool mustBeSafe = true) const;
  // No file of this copy has other content than the card's.
  void checkNames(const std::filesystem::path& root) const;
  void checkWhole(const std::filesystem::path& root) const;

 private:
  std::filesystem::path m_card;
  std::map<std::string, std::string> m_tree;
};

}  // namespace rollproof::fault_test

// Skips the rest of a test case, saying why.
#define ROLLPROOF_SKIP_WITHOUT(thing)       \
  if (!(thing).mounted) {                   \
    WARN("left out here: " << (thing).why); \
    return;                                 \
  }                                         \
  static_assert(true)
