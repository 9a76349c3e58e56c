// SPDX-License-Identifier: Apache-2.0
#include "core/mhl/nested.h"

#include <algorithm>
#include <array>
#include <set>

#include "core/base/path.h"
#include "core/hash/hash.h"
#include "core/mhl/stream.h"

namespace rollproof::mhl {
namespace {

constexpr std::size_t kMaxHistories = 10'000;

// The nested scope a reference names, relative to the scope that refers; "" when it names none below it.
std::string scopeNamed(const std::string& reference) {
  if (!path::isSafeRelative(reference) || path::extension(reference) != "mhl") return {};
  const std::string folder = path::parent(reference);
  return path::fileName(folder) == kFolder ? path::parent(folder) : std::string{};
}

// Every folder on the way is one, and no link leads out of the scope.
bool leadsInside(const FileSystem& fs, const std::string& scope, const std::string& relative) {
  for (std::string at = relative; !at.empty(); at = path::parent(at)) {
    const auto info = fs.info(path::join(scope, at));
    if (!info || info->kind != FileKind::directory) return false;
  }
  return true;
}

class NestedReader {
 public:
  NestedReader(const FileSystem& fs, const std::string& scope, const TakeNested& take)
      : m_fs(fs), m_scope(scope), m_take(take) {}

  Result<std::vector<NestedHistory>> run() {
    std::set<std::string> queued{""};
    std::vector<std::string> queue{""};
    // A reference leads to a longer path each time, and each path is read once: this ends.
    for (std::size_t next = 0; next < queue.size(); ++next) {
      const std::string relative = queue[next];
      std::vector<Claim> claims;
      auto read = readOne(relative, claims);
      if (!read) {
        if (relative.empty()) return tl::unexpected(read.error());
        m_all.push_back({relative, {{"unreadable", path::join(relative, kFolder), read.error().message}}, 0});
        continue;
      }
      NestedHistory& history = m_all.emplace_back(std::move(*read));
      for (const auto& claim : claims) {
        const std::string inner = check(relative, claim, history.findings);
        if (inner.empty() || queued.contains(inner)) continue;
        if (queue.size() >= kMaxHistories) {
          history.findings.push_back({"reference", inner, "is one nested history too many to be meant"});
          break;
        }
        queued.insert(inner);
        queue.push_back(inner);
      }
    }
    return std::move(m_all);
  }

 private:
  struct Claim {
    int generation = 0;
    Reference reference;
  };
  const FileSystem& m_fs;
  const std::string& m_scope;
  const TakeNested& m_take;
  std::vector<NestedHistory> m_all;

  Result<NestedHistory> readOne(const std::string& relative, std::vector<Claim>& claims) {
    NestedHistory nested;
    nested.relative = relative;
    const auto history = visitHistory(m_fs, path::join(m_scope, relative), [&](Generation generation) {
      ++nested.generations;
      if (generation.proven) {
        for (const auto& one : generation.manifest.references) claims.push_back({generation.number, one});
      }
      m_take(relative, std::move(generation));
    });
    if (!history) return tl::unexpected(history.error());
    for (const auto& one : history->findings) {
      nested.findings.push_back({one.kind, path::join(relative, one.path), one.text});
    }
    return nested;
  }

  // The scope to go on with, relative to the outermost; "" when the reference leads nowhere that may be read.
  std::string check(const std::string& relative, const Claim& claim, std::vector<Finding>& findings) const {
    const std::string where = path::join(relative, claim.reference.path);
    const std::string vouched =
        "that generation " + std::to_string(claim.generation) + " of the enclosing history vouches for";
    const auto report = [&](std::string text) { findings.push_back({"reference", where, std::move(text)}); };
    const std::string inner = scopeNamed(claim.reference.path);
    if (inner.empty()) {
      report("names no manifest of a history below");
      return {};
    }
    if (!leadsInside(m_fs, m_scope, path::parent(where))) {
      report("is a nested history's manifest " + vouched + ", and its folder is not there");
      return {};
    }
    const auto digest =
        digestOfFile(m_fs, path::join(m_scope, where), kMaxStreamedBytes, claim.reference.digest.format);
    if (!digest) {
      report("is a nested history's manifest " + vouched + ", and could not be read: " + digest.error().message);
    } else if (!hash::sameValue(*digest, claim.reference.digest)) {
      report("is not the manifest " + vouched);
    }
    return path::join(relative, inner);
  }
};

}  // namespace

bool isBreach(const Finding& finding) {
  static constexpr std::array<std::string_view, 6> kBreaches{"manifest_altered", "manifest_missing", "chain_missing",
                                                             "chain_gap",        "reference",        "unreadable"};
  return std::find(kBreaches.begin(), kBreaches.end(), finding.kind) != kBreaches.end();
}

Result<std::vector<NestedHistory>> visitNested(const FileSystem& fs, const std::string& scope, const TakeNested& take) {
  return NestedReader(fs, scope, take).run();
}

}  // namespace rollproof::mhl
