// SPDX-License-Identifier: Apache-2.0
#include "tests/support/crash_disk.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>

#include "core/base/path.h"

namespace rollproof::support {

namespace {

constexpr std::size_t kSector = 512;

struct Piece {
  std::uint64_t offset = 0;
  std::string bytes;
};

struct Node {
  bool folder = false;
  std::string onDisk;
  std::vector<Piece> pending;
};
using NodePtr = std::shared_ptr<Node>;

// One change of a folder's names that may or may not have reached the disk: a rename is both halves or neither.
struct NameChange {
  std::string gone;  // "" = none
  std::string name;  // "" = none
  NodePtr node;
};

struct Disk {
  std::map<std::string, NodePtr> live;    // names as the running program sees them
  std::map<std::string, NodePtr> onDisk;  // names that were synced
  std::vector<NameChange> pending;
  std::map<std::uint64_t, NodePtr> open;  // by the number of the opening
};

void enter(std::map<std::string, NodePtr>& names, const NameChange& change) {
  if (!change.gone.empty()) names.erase(change.gone);
  if (!change.name.empty()) names[change.name] = change.node;
}

void change(Disk& disk, NameChange one) {
  enter(disk.live, one);
  disk.pending.push_back(std::move(one));
}

void put(std::string& content, std::uint64_t offset, std::string_view bytes) {
  if (content.size() < offset + bytes.size()) content.resize(offset + bytes.size());
  content.replace(offset, bytes.size(), bytes);
}

void syncContent(Node& node) {
  for (const auto& piece : node.pending) put(node.onDisk, piece.offset, piece.bytes);
  node.pending.clear();
}

void syncNames(Disk& disk, const std::function<bool(const std::string& folder)>& which) {
  std::erase_if(disk.pending, [&](const NameChange& one) {
    const bool here =
        (!one.gone.empty() && which(path::parent(one.gone))) || (!one.name.empty() && which(path::parent(one.name)));
    if (here) enter(disk.onDisk, one);
    return here;
  });
}

void step(Disk& disk, const Change& one) {
  switch (one.call) {
    case Call::create: {
      auto node = std::make_shared<Node>();
      disk.open[one.file] = node;
      change(disk, {{}, one.path, node});
      break;
    }
    case Call::update: {
      auto& there = disk.live[one.path];
      if (!there) {
        there = std::make_shared<Node>();
        disk.pending.push_back({{}, one.path, there});
      }
      disk.open[one.file] = there;
      break;
    }
    case Call::write:
      disk.open[one.file]->pending.push_back({one.offset, one.bytes});
      break;
    case Call::sync:
      // A sync through a handle opened to be read is a sync of the file all the same.
      if (const auto found = disk.open.find(one.file); found != disk.open.end())
        syncContent(*found->second);
      else if (const auto named = disk.live.find(one.path); named != disk.live.end())
        syncContent(*named->second);
      break;
    case Call::makeDirectory: {
      auto node = std::make_shared<Node>();
      node->folder = true;
      change(disk, {{}, one.path, node});
      break;
    }
    case Call::rename:
      change(disk, {one.path, one.to, disk.live[one.path]});
      break;
    case Call::remove:
      change(disk, {one.path, {}, nullptr});
      break;
    case Call::syncDirectory:
      syncNames(disk, [&](const std::string& folder) { return folder == one.path; });
      break;
    case Call::syncFileSystem: {
      // The first folder of the path is the drive in these tests.
      const std::string drive = one.path.substr(0, one.path.find('/', 1));
      for (const auto& [name, node] : disk.live)
        if (path::isWithin(name, drive)) syncContent(*node);
      syncNames(disk, [&](const std::string& folder) { return path::isWithin(folder, drive); });
      break;
    }
    default:
      break;
  }
}

// Of what was never synced each sector is there or not; the file may be as long as the last of them or as it was meant.
std::string torn(const Node& node, std::mt19937& random) {
  std::string content = node.onDisk;
  std::uint64_t meant = content.size();
  for (const auto& piece : node.pending) {
    meant = std::max<std::uint64_t>(meant, piece.offset + piece.bytes.size());
    for (std::size_t at = 0; at < piece.bytes.size(); at += kSector) {
      if (random() % 2 == 0) put(content, piece.offset + at, std::string_view(piece.bytes).substr(at, kSector));
    }
  }
  if (!node.pending.empty() && random() % 2 == 0) content.resize(meant);
  return content;
}

}  // namespace

void CrashDisk::note(const Change& change) {
  const std::lock_guard guard(m_mutex);
  m_log.push_back(change);
}

std::vector<std::size_t> CrashDisk::flushes() const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < m_log.size(); ++i) {
    const auto call = m_log[i].call;
    if (call == Call::sync || call == Call::syncDirectory || call == Call::syncFileSystem) found.push_back(i + 1);
  }
  return found;
}

void CrashDisk::rebuild(std::size_t afterChange, unsigned seed, MemoryFileSystem& into) const {
  Disk disk;
  for (std::size_t i = 0; i < afterChange && i < m_log.size(); ++i) step(disk, m_log[i]);
  std::mt19937 random(seed);
  // Names in the order they were changed up to some point (a journal), or any of them (a simple file system).
  const bool journal = random() % 2 == 0;
  const std::size_t upTo = disk.pending.empty() ? 0 : random() % (disk.pending.size() + 1);
  for (std::size_t i = 0; i < disk.pending.size(); ++i) {
    if (journal ? i < upTo : random() % 2 == 0) enter(disk.onDisk, disk.pending[i]);
  }
  std::map<const Node*, std::string> contents;  // two names of one file, after half a rename, hold the same
  for (const auto& [name, node] : disk.onDisk) {
    if (!node) continue;
    // A name in a folder that never reached the disk is not to be found.
    bool reachable = true;
    for (std::string above = path::parent(name); path::parent(above) != above && path::parent(above) != "/";
         above = path::parent(above)) {
      const auto found = disk.onDisk.find(above);
      reachable = reachable && found != disk.onDisk.end() && found->second && found->second->folder;
    }
    if (!reachable) continue;
    if (node->folder) {
      into.putDirectory(name);
    } else {
      auto [content, fresh] = contents.try_emplace(node.get());
      if (fresh) content->second = torn(*node, random);
      into.putFile(name, content->second);
    }
  }
}

}  // namespace rollproof::support
