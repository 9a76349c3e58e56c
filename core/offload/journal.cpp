// SPDX-License-Identifier: Apache-2.0
#include "core/offload/journal.h"

#include <nlohmann/json.hpp>

#include "core/base/path.h"

namespace rollproof::offload {

namespace {

using Json = nlohmann::ordered_json;

std::string textAt(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

}  // namespace

JournalContent parseJournal(std::string_view text) {
  JournalContent content;
  while (!text.empty()) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) break;  // torn: the line was never finished
    const auto line = nlohmann::json::parse(text.substr(0, end), nullptr, false);
    text.remove_prefix(end + 1);
    if (!line.is_object()) continue;
    const std::string event = textAt(line, "event");
    if (event == "file") {
      JournalFile file;
      const auto bytes = line.find("bytes"), modified = line.find("modified");
      if (bytes == line.end() || !bytes->is_number_unsigned() || modified == line.end() ||
          !modified->is_number_integer())
        continue;
      file.bytes = bytes->get<std::uint64_t>();
      file.modifiedUnixNanos = modified->get<std::int64_t>();
      file.proof = textAt(line, "proof");
      content.files[path::percentDecode(textAt(line, "path"))] = std::move(file);
    } else if (event == "sealing") {
      const auto before = line.find("before");
      if (before == line.end() || !before->is_array()) continue;
      // The first one stands: what a broken-off seal left must not pass for older than that.
      if (content.sealingOver) continue;
      content.sealingOver.emplace();
      for (const auto& name : *before) {
        if (name.is_string()) content.sealingOver->insert(path::percentDecode(name.get<std::string>()));
      }
    }
  }
  return content;
}

Result<Journal> Journal::open(FileSystem& fs, const std::string& root, const std::string& source) {
  auto file = fs.openForUpdate(path::join(root, kJournalName));
  if (!file) return tl::unexpected(file.error());
  const auto info = (*file)->info();
  if (!info) return tl::unexpected(info.error());
  Journal journal(std::move(*file), info->bytes);
  // A torn last line must not swallow the next one.
  if (info->bytes > 0) journal.m_pending = "\n";
  journal.m_pending +=
      Json{{"event", "begin"}, {"tool", "rollproof"}, {"version", 2}, {"source", path::percentEncode(source)}}.dump() +
      "\n";
  if (auto written = journal.flush(); !written) return tl::unexpected(written.error());
  return journal;
}

void Journal::addFile(const model::FileRecord& file, const std::string& proof) {
  m_pending += Json{{"event", "file"},
                    {"path", path::percentEncode(file.path)},
                    {"bytes", file.bytes},
                    {"modified", file.modifiedUnixNanos},
                    {"proof", proof}}
                   .dump() +
               "\n";
}

void Journal::addSealing(const std::set<std::string>& namesBefore) {
  Json names = Json::array();
  for (const auto& name : namesBefore) names.push_back(path::percentEncode(name));
  m_pending += Json{{"event", "sealing"}, {"before", names}}.dump() + "\n";
}

Status Journal::flush() {
  if (m_pending.empty()) return {};
  if (auto written = m_file->writeAt(std::as_bytes(std::span(m_pending.data(), m_pending.size())), m_offset); !written)
    return written;
  if (auto synced = m_file->sync(); !synced) return synced;
  m_offset += m_pending.size();
  m_pending.clear();
  return {};
}

}  // namespace rollproof::offload
