// SPDX-License-Identifier: Apache-2.0
// What a run leaves in a copy's folder while it is unfinished, so that the next run knows what is ours.
// Promise: a hint only. No file is believed because a journal says so; it is always proven by its content.
// Threads: one writer at a time. Errors: a torn or foreign line is left out.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "core/base/error.h"
#include "core/base/file_system.h"
#include "core/model/file_record.h"

namespace rollproof::offload {

inline constexpr const char* kJournalName = ".rollproof-journal";

struct JournalFile {
  std::uint64_t bytes = 0;
  std::int64_t modifiedUnixNanos = 0;
  std::string proof;  // as read from the source in flight: proofText() of proof.h
};

struct JournalContent {
  std::map<std::string, JournalFile> files;
  // Set once a seal was begun: the names in ascmhl/ that stood there before.
  std::optional<std::set<std::string>> sealingOver;
};

[[nodiscard]] JournalContent parseJournal(std::string_view text);

class Journal {
 public:
  // Goes on at the end of what is there.
  [[nodiscard]] static Result<Journal> open(FileSystem& fs, const std::string& root, const std::string& source);
  void addFile(const model::FileRecord& file, const std::string& proof);  // kept until flush()
  void addSealing(const std::set<std::string>& namesBefore);
  [[nodiscard]] Status flush();  // writes and syncs

 private:
  Journal(std::unique_ptr<File> file, std::uint64_t offset) : m_file(std::move(file)), m_offset(offset) {}
  std::unique_ptr<File> m_file;
  std::uint64_t m_offset = 0;
  std::string m_pending;
};

}  // namespace rollproof::offload
