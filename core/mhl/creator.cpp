// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <array>

#include "core/mhl/document.h"

namespace rollproof::mhl {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace

Creator creatorHere() {
  Creator creator;
  std::array<char, 256> host{};
  creator.hostname = ::gethostname(host.data(), host.size() - 1) == 0 ? host.data() : "unknown";
  creator.tool = "Rollproof";
  creator.toolVersion = ROLLPROOF_VERSION;
  return creator;
}

bool isEmail(std::string_view text) {
  const auto at = text.find('@');
  if (at == std::string_view::npos || at == 0) return false;
  const std::string_view domain = text.substr(at + 1);
  const auto dot = domain.find('.');
  return dot != std::string_view::npos && dot > 0 && dot + 1 < domain.size();
}

Result<Author> parseAuthor(std::string_view text) {
  Author author;
  const auto open = text.find('<');
  author.name = trimmed(text.substr(0, open));
  if (open != std::string_view::npos) {
    const auto close = text.find('>', open);
    if (close == std::string_view::npos) return fail(Errc::usage, "opens an email with '<' and never closes it");
    author.email = trimmed(text.substr(open + 1, close - open - 1));
    author.role = trimmed(text.substr(close + 1));
    if (!author.email.empty() && !isEmail(author.email)) {
      return fail(Errc::usage, "is no email of the form name@host.domain", author.email);
    }
  }
  if (author.name.empty()) return fail(Errc::usage, "names no author", std::string(text));
  return author;
}

}  // namespace rollproof::mhl
