// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "core/base/path.h"
#include "core/offload/offload.h"

namespace rollproof::offload {

namespace {

// What exFAT, NTFS or SMB refuse becomes '_', so that one roll has one name on every drive. A value is one component.
std::string component(const std::string& value) {
  std::string out;
  for (const char c : value) {
    const bool refused = static_cast<unsigned char>(c) < 0x20 || c == 0x7f ||
                         std::string_view("/\\:*?\"<>|").find(c) != std::string_view::npos;
    out += refused ? '_' : c;
  }
  while (!out.empty() && (out.back() == '.' || out.back() == ' ')) out.back() = '_';
  return out;
}

}  // namespace

Result<std::string> fillFolderTemplate(const std::string& folderTemplate, const std::string& project,
                                       const std::string& day, const std::string& roll) {
  std::string filled;
  for (std::size_t at = 0; at < folderTemplate.size();) {
    const char c = folderTemplate[at];
    if (c == '}') return fail(Errc::usage, "the folder template has a '}' without its '{'", folderTemplate);
    if (c != '{') {
      filled += c;
      ++at;
      continue;
    }
    const auto end = folderTemplate.find('}', at);
    if (end == std::string::npos)
      return fail(Errc::usage, "the folder template has a '{' without its '}'", folderTemplate);
    const std::string token = folderTemplate.substr(at + 1, end - at - 1);
    const std::string* value = nullptr;
    if (token == "project") value = &project;
    if (token == "day") value = &day;
    if (token == "roll") value = &roll;
    if (!value) {
      return fail(
          Errc::usage,
          fmt::format("the folder template knows {{project}}, {{day}} and {{roll}}, not {{{}}}", path::display(token)),
          folderTemplate);
    }
    if (value->empty())
      return fail(Errc::usage, fmt::format("the folder template asks for {{{}}}, which is empty", token),
                  folderTemplate);
    filled += component(*value);
    at = end + 1;
  }
  while (filled.ends_with('/')) filled.pop_back();
  if (!path::isSafeRelative(filled))
    return fail(Errc::usage, "the roll's folder would not stay inside the destination", filled);
  return filled;
}

}  // namespace rollproof::offload
