// SPDX-License-Identifier: Apache-2.0
#include "core/volumes/mount_table.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/base/path.h"

namespace rollproof::volumes {

namespace {

bool isOctal(char c) { return c >= '0' && c <= '7'; }

// The kernel writes blank, tab, newline and backslash as \ooo.
std::string decoded(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size() && isOctal(text[i + 1]) && isOctal(text[i + 2]) &&
        isOctal(text[i + 3])) {
      out += static_cast<char>(((text[i + 1] - '0') << 6) | ((text[i + 2] - '0') << 3) | (text[i + 3] - '0'));
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::vector<std::string_view> fieldsOf(std::string_view line) {
  std::vector<std::string_view> fields;
  while (!line.empty()) {
    const auto blank = line.find(' ');
    if (blank != 0) fields.push_back(line.substr(0, blank));
    if (blank == std::string_view::npos) break;
    line.remove_prefix(blank + 1);
  }
  return fields;
}

bool hasOption(std::string_view options, std::string_view wanted) {
  while (!options.empty()) {
    const auto comma = options.find(',');
    if (options.substr(0, comma) == wanted) return true;
    if (comma == std::string_view::npos) break;
    options.remove_prefix(comma + 1);
  }
  return false;
}

bool parseNumbers(std::string_view text, unsigned& major, unsigned& minor) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return false;
  const auto left = text.substr(0, colon), right = text.substr(colon + 1);
  return std::from_chars(left.data(), left.data() + left.size(), major).ec == std::errc{} &&
         std::from_chars(right.data(), right.data() + right.size(), minor).ec == std::errc{};
}

template <std::size_t N>
bool oneOf(std::string_view text, const std::array<std::string_view, N>& list) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

}  // namespace

std::vector<Mount> parseMountInfo(std::string_view text) {
  std::vector<Mount> mounts;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto fields = fieldsOf(text.substr(0, end));
    // 0 id, 1 parent, 2 major:minor, 3 root, 4 mount point, 5 options, optional fields, "-", type, source, options
    const auto dash = std::find(fields.begin(), fields.end(), std::string_view("-"));
    Mount mount;
    if (fields.size() >= 9 && fields.end() - dash >= 4 && dash - fields.begin() >= 6 &&
        parseNumbers(fields[2], mount.major, mount.minor)) {
      mount.root = decoded(fields[3]);
      mount.mountPoint = decoded(fields[4]);
      mount.fileSystem = decoded(dash[1]);
      mount.source = decoded(dash[2]);
      mount.readOnly = hasOption(fields[5], "ro") || hasOption(dash[3], "ro");
      mounts.push_back(std::move(mount));
    }
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return mounts;
}

const Mount* mountOf(const std::vector<Mount>& mounts, std::string_view absolutePath) {
  const Mount* best = nullptr;
  for (const auto& mount : mounts) {
    if (!path::isWithin(absolutePath, mount.mountPoint)) continue;
    if (!best || mount.mountPoint.size() >= best->mountPoint.size()) best = &mount;
  }
  return best;
}

bool isMemory(std::string_view fileSystem) {
  static constexpr std::array<std::string_view, 4> kMemory{"tmpfs", "ramfs", "rootfs", "devtmpfs"};
  return oneOf(fileSystem, kMemory);
}

bool isNetwork(std::string_view fileSystem) {
  static constexpr std::array<std::string_view, 13> kNetwork{
      "nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "ceph", "9p", "lustre", "beegfs", "glusterfs", "gpfs", "virtiofs"};
  return oneOf(fileSystem, kNetwork);
}

std::string serverOf(std::string_view fileSystem, std::string_view source) {
  std::string_view host = source;
  if (host.starts_with("//")) {
    host.remove_prefix(2);
    host = host.substr(0, host.find('/'));
  } else {
    // "host:/export", "[2001:db8::1]:/export"; "mon1,mon2:/" names the monitors of one cluster.
    const auto end = host.find(":/");
    if (fileSystem == "9p" || fileSystem == "virtiofs" || end == std::string_view::npos) return {};
    host = host.substr(0, end);
  }
  if (const auto at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
  return path::lowerAscii(host);
}

bool isFuse(std::string_view fileSystem) { return fileSystem.starts_with("fuse") && fileSystem != "fusectl"; }

bool isPseudo(std::string_view fileSystem) {
  static constexpr std::array<std::string_view, 25> kPseudo{
      "proc",      "sysfs",       "devpts",  "devtmpfs", "cgroup",     "cgroup2",   "securityfs",  "pstore",
      "efivarfs",  "bpf",         "debugfs", "tracefs",  "mqueue",     "hugetlbfs", "fusectl",     "configfs",
      "autofs",    "binfmt_misc", "nsfs",    "ramfs",    "rpc_pipefs", "selinuxfs", "fuse.portal", "fuse.gvfsd-fuse",
      "fuse.lxcfs"};
  return oneOf(fileSystem, kPseudo);
}

}  // namespace rollproof::volumes
