// SPDX-License-Identifier: Apache-2.0
// A FUSE pass-through of FOLDER at MOUNT whose calls fail, lie, stall or crawl by rules given on standard input, one
// command a line, each answered by one line ("ok", "ok 3", "no: why"). The end of standard input unmounts: a test that
// dies leaves nothing mounted. O_DIRECT is let through to this program (the kernel's cache is passed by), not to
// FOLDER.
//
//   on OP PATH-END KEY[=VALUE]...   OP as in FUSE (read, write, open, create, fsync, flush, rename, unlink, ...) or
//   any;
//                                   PATH-END is what the path must end in, * is every path
//      which:  nth=N from=N  the n-th matching call; that and all after it      opening=N  from the N-th opening on
//              at=BYTE       only calls over that byte                          after=BYTES  once so much was written
//      what:   errno=E | stall | short | flip (the byte at=) | slow=MILLISECONDS
//   yank | back     every call fails with ENODEV; no longer
//   stalled | hits  how many calls hang now; how often a rule has fired
//   release         lets stalled calls go on and stalls no more      clear  forgets all rules
// Threads: libfuse's; rules and counters under one mutex, never held over a call to FOLDER.
#define FUSE_USE_VERSION 312
#include <dirent.h>
#include <fcntl.h>
#include <fuse.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <limits>
#include <map>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace {

struct Rule {
  std::string op, pathEnd;
  std::uint64_t nth = 0, from = 0, opening = 0, after = 0, slow = 0;
  std::int64_t at = -1;
  int error = 0;
  bool stall = false, cut = false, flip = false;
  std::uint64_t seen = 0;
};

// What the rules ask of one call.
struct Verdict {
  int error = 0;
  bool cut = false;
  std::vector<std::int64_t> flips;
};

struct State {
  std::mutex mutex;
  std::condition_variable moved;
  std::vector<Rule> rules;
  std::map<std::string, std::uint64_t> openings;
  std::uint64_t written = 0, hits = 0;
  int stalled = 0;
  bool yanked = false;
  std::uint64_t releases = 0;
};

State g;
std::string g_folder;

std::string real(const char* path) { return g_folder + path; }
int answer(int result) { return result < 0 ? -errno : result; }

constexpr std::uint64_t kFrom = 0;

Verdict judge(const char* op, const char* path, std::uint64_t offset = kFrom, std::uint64_t bytes = 0,
              std::uint64_t opening = 0) {
  Verdict verdict;
  std::unique_lock lock(g.mutex);
  if (g.yanked) return {ENODEV, false, {}};
  const std::string_view whole(path);
  std::uint64_t slow = 0;
  bool stall = false;
  for (auto& rule : g.rules) {
    if (rule.op != "any" && rule.op != op) continue;
    if (rule.pathEnd != "*" && !whole.ends_with(rule.pathEnd)) continue;
    if (rule.opening && opening < rule.opening) continue;
    if (rule.after && g.written + (std::strcmp(op, "write") == 0 ? bytes : 0) <= rule.after) continue;
    if (rule.at >= 0 && bytes > 0) {
      const auto at = static_cast<std::uint64_t>(rule.at);
      if (at < offset || at >= offset + bytes) continue;
    }
    ++rule.seen;
    if (rule.nth && rule.seen != rule.nth) continue;
    if (rule.from && rule.seen < rule.from) continue;
    ++g.hits;
    if (rule.error) verdict.error = rule.error;
    verdict.cut = verdict.cut || rule.cut;
    if (rule.flip) verdict.flips.push_back(rule.at);
    slow = std::max(slow, rule.slow);
    stall = stall || rule.stall;
  }
  if (slow > 0) {
    lock.unlock();
    std::this_thread::sleep_for(std::chrono::milliseconds(slow));
    lock.lock();
  }
  if (stall) {
    ++g.stalled;
    const auto releases = g.releases;
    // The kernel tells of a killed caller by an interrupt of the request, which libfuse only lets us ask for.
    while (g.releases == releases && !g.yanked && !fuse_interrupted())
      g.moved.wait_for(lock, std::chrono::milliseconds(10));
    --g.stalled;
    if (g.yanked) verdict.error = ENODEV;
    if (g.releases == releases && fuse_interrupted()) verdict.error = EINTR;
  }
  return verdict;
}

// --- the calls -------------------------------------------------------------------------------------------------------

struct Handle {
  int descriptor = -1;
  std::uint64_t opening = 0;
};

Handle* handleOf(const fuse_file_info* info) { return reinterpret_cast<Handle*>(info->fh); }

int openAs(const char* op, const char* path, int flags, mode_t mode, fuse_file_info* info) {
  if (const auto verdict = judge(op, path); verdict.error) return -verdict.error;
  if ((flags & O_DIRECT) != 0) {
    if (const auto verdict = judge("direct", path); verdict.error) return -verdict.error;
  }
  // Opened for both: a test's flush of a file opened to be read is allowed, as on a real disk.
  const int descriptor = ::open(real(path).c_str(), flags & ~(O_DIRECT | O_NOATIME | O_APPEND), mode);
  if (descriptor < 0) return -errno;
  auto* handle = new Handle{descriptor, 0};
  const std::lock_guard guard(g.mutex);
  handle->opening = ++g.openings[path];
  info->fh = reinterpret_cast<std::uint64_t>(handle);
  return 0;
}

int fsOpen(const char* path, fuse_file_info* info) { return openAs("open", path, info->flags, 0, info); }
int fsCreate(const char* path, mode_t mode, fuse_file_info* info) {
  return openAs("create", path, info->flags | O_CREAT, mode, info);
}

void flipIn(char* bytes, std::uint64_t offset, const std::vector<std::int64_t>& flips) {
  for (const auto at : flips) {
    char& byte = bytes[static_cast<std::uint64_t>(at) - offset];
    byte = static_cast<char>(byte ^ 0x10);
  }
}

int fsRead(const char* path, char* into, size_t bytes, off_t offset, fuse_file_info* info) {
  const auto from = static_cast<std::uint64_t>(offset);
  // Only what the file has can be over a byte: the kernel asks for whole pages.
  struct stat s {};
  if (::fstat(handleOf(info)->descriptor, &s) != 0) return -errno;
  const auto size = static_cast<std::uint64_t>(s.st_size);
  const auto has = size > from ? std::min<std::uint64_t>(bytes, size - from) : 0;
  const auto verdict = judge("read", path, from, has, handleOf(info)->opening);
  if (verdict.error) return -verdict.error;
  if (verdict.cut && bytes > 4096) bytes = bytes / 2 / 4096 * 4096 + (bytes >= 8192 ? 0 : 4096);
  const auto got = ::pread(handleOf(info)->descriptor, into, bytes, offset);
  if (got < 0) return -errno;
  std::vector<std::int64_t> within;
  for (const auto at : verdict.flips)
    if (static_cast<std::uint64_t>(at) < from + static_cast<std::uint64_t>(got)) within.push_back(at);
  flipIn(into, from, within);
  return static_cast<int>(got);
}

int fsWrite(const char* path, const char* bytes, size_t count, off_t offset, fuse_file_info* info) {
  const auto verdict = judge("write", path, static_cast<std::uint64_t>(offset), count, handleOf(info)->opening);
  if (verdict.error) return -verdict.error;
  if (verdict.cut && count > 4096) count = 4096;
  std::string copy(bytes, count);
  std::vector<std::int64_t> within;
  for (const auto at : verdict.flips)
    if (static_cast<std::uint64_t>(at) < static_cast<std::uint64_t>(offset) + count) within.push_back(at);
  flipIn(copy.data(), static_cast<std::uint64_t>(offset), within);
  const auto put = ::pwrite(handleOf(info)->descriptor, copy.data(), count, offset);
  if (put < 0) return -errno;
  const std::lock_guard guard(g.mutex);
  g.written += static_cast<std::uint64_t>(put);
  return static_cast<int>(put);
}

int fsFlush(const char* path, fuse_file_info*) { return -judge("flush", path).error; }
int fsRelease(const char*, fuse_file_info* info) {
  ::close(handleOf(info)->descriptor);
  delete handleOf(info);
  return 0;
}
int fsFsync(const char* path, int, fuse_file_info* info) {
  if (const auto verdict = judge("fsync", path); verdict.error) return -verdict.error;
  return answer(::fsync(handleOf(info)->descriptor));
}
int fsFsyncdir(const char* path, int, fuse_file_info*) { return -judge("fsyncdir", path).error; }

int fsGetattr(const char* path, struct stat* s, fuse_file_info*) {
  if (const auto verdict = judge("getattr", path); verdict.error) return -verdict.error;
  return answer(::lstat(real(path).c_str(), s));
}
int fsReadlink(const char* path, char* into, size_t size) {
  const auto got = ::readlink(real(path).c_str(), into, size - 1);
  if (got < 0) return -errno;
  into[got] = 0;
  return 0;
}
int fsMkdir(const char* path, mode_t mode) {
  if (const auto verdict = judge("mkdir", path); verdict.error) return -verdict.error;
  return answer(::mkdir(real(path).c_str(), mode));
}
int fsUnlink(const char* path) {
  if (const auto verdict = judge("unlink", path); verdict.error) return -verdict.error;
  return answer(::unlink(real(path).c_str()));
}
int fsRmdir(const char* path) {
  if (const auto verdict = judge("rmdir", path); verdict.error) return -verdict.error;
  return answer(::rmdir(real(path).c_str()));
}
int fsRename(const char* from, const char* to, unsigned flags) {
  if (const auto verdict = judge("rename", to); verdict.error) return -verdict.error;
  return answer(::renameat2(AT_FDCWD, real(from).c_str(), AT_FDCWD, real(to).c_str(), flags));
}
int fsTruncate(const char* path, off_t size, fuse_file_info*) {
  if (const auto verdict = judge("truncate", path); verdict.error) return -verdict.error;
  return answer(::truncate(real(path).c_str(), size));
}
int fsUtimens(const char* path, const timespec times[2], fuse_file_info*) {
  if (const auto verdict = judge("utimens", path); verdict.error) return -verdict.error;
  return answer(::utimensat(AT_FDCWD, real(path).c_str(), times, AT_SYMLINK_NOFOLLOW));
}
int fsStatfs(const char* path, struct statvfs* s) {
  if (const auto verdict = judge("statfs", path); verdict.error) return -verdict.error;
  return answer(::statvfs(real(path).c_str(), s));
}
int fsAccess(const char* path, int mask) {
  if (const auto verdict = judge("access", path); verdict.error) return -verdict.error;
  return answer(::access(real(path).c_str(), mask));
}
int fsReaddir(const char* path, void* into, fuse_fill_dir_t fill, off_t, fuse_file_info*, fuse_readdir_flags) {
  if (const auto verdict = judge("readdir", path); verdict.error) return -verdict.error;
  DIR* stream = ::opendir(real(path).c_str());
  if (!stream) return -errno;
  while (const dirent* entry = ::readdir(stream)) {
    struct stat s {};
    s.st_ino = entry->d_ino;
    s.st_mode = static_cast<mode_t>(entry->d_type) << 12U;
    if (fill(into, entry->d_name, &s, 0, fuse_fill_dir_flags{}) != 0) break;
  }
  ::closedir(stream);
  return 0;
}

void* fsInit(fuse_conn_info* connection, fuse_config* config) {
  // One request at a time, as a caller's own: then a stalled call can be killed, and a short answer is passed on as
  // one.
  connection->want &= ~static_cast<unsigned>(FUSE_CAP_ASYNC_DIO);
  config->use_ino = 1;
  // Nothing remembered by the kernel: a yanked drive is gone at once.
  config->entry_timeout = config->attr_timeout = config->negative_timeout = 0;
  return nullptr;
}

// --- the commands ----------------------------------------------------------------------------------------------------

std::string addRule(std::istringstream& words) {
  Rule rule;
  words >> rule.op >> rule.pathEnd;
  for (std::string word; words >> word;) {
    const auto equals = word.find('=');
    const std::string key = word.substr(0, equals);
    const std::uint64_t value = equals == std::string::npos ? 0 : std::stoull(word.substr(equals + 1));
    if (key == "nth")
      rule.nth = value;
    else if (key == "from")
      rule.from = value;
    else if (key == "opening")
      rule.opening = value;
    else if (key == "after")
      rule.after = value;
    else if (key == "at")
      rule.at = static_cast<std::int64_t>(value);
    else if (key == "errno")
      rule.error = static_cast<int>(value);
    else if (key == "slow")
      rule.slow = value;
    else if (key == "stall")
      rule.stall = true;
    else if (key == "short")
      rule.cut = true;
    else if (key == "flip")
      rule.flip = true;
    else
      return "no: " + key + " is no key";
  }
  if (rule.flip && rule.at < 0) return "no: flip needs at=";
  const std::lock_guard guard(g.mutex);
  g.rules.push_back(rule);
  return "ok";
}

std::string obey(const std::string& line) {
  std::istringstream words(line);
  std::string command;
  words >> command;
  if (command == "on") return addRule(words);
  const std::lock_guard guard(g.mutex);
  if (command == "clear") {
    g.rules.clear();
  } else if (command == "yank" || command == "back") {
    g.yanked = command == "yank";
    g.moved.notify_all();
  } else if (command == "release") {
    std::erase_if(g.rules, [](const Rule& rule) { return rule.stall; });
    ++g.releases;
    g.moved.notify_all();
  } else if (command == "stalled") {
    return "ok " + std::to_string(g.stalled);
  } else if (command == "hits") {
    return "ok " + std::to_string(g.hits);
  } else {
    return "no: " + command + " is no command";
  }
  return "ok";
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("fault_fs FOLDER MOUNT\n", stderr);
    return 2;
  }
  g_folder = argv[1];
  const std::string mountPoint = argv[2];
  fuse_operations calls{};
  calls.init = fsInit;
  calls.getattr = fsGetattr;
  calls.readlink = fsReadlink;
  calls.mkdir = fsMkdir;
  calls.unlink = fsUnlink;
  calls.rmdir = fsRmdir;
  calls.rename = fsRename;
  calls.truncate = fsTruncate;
  calls.open = fsOpen;
  calls.read = fsRead;
  calls.write = fsWrite;
  calls.statfs = fsStatfs;
  calls.flush = fsFlush;
  calls.release = fsRelease;
  calls.fsync = fsFsync;
  calls.fsyncdir = fsFsyncdir;
  calls.readdir = fsReaddir;
  calls.create = fsCreate;
  calls.utimens = fsUtimens;
  calls.access = fsAccess;

  fuse_args args = FUSE_ARGS_INIT(0, nullptr);
  fuse_opt_add_arg(&args, "fault_fs");
  fuse_opt_add_arg(&args, "-ofsname=fault_fs,subtype=fault_fs,default_permissions");
  fuse* mounted = fuse_new(&args, &calls, sizeof calls, nullptr);
  if (!mounted || fuse_mount(mounted, mountPoint.c_str()) != 0) return 1;
  std::cout << "ok" << std::endl;
  std::thread([mountPoint] {
    for (std::string line; std::getline(std::cin, line) && line != "quit";) std::cout << obey(line) << std::endl;
    (void)obey("release");
    (void)obey("yank");
    if (::umount2(mountPoint.c_str(), MNT_DETACH) != 0) {
      const std::string line = "fusermount3 -u -z '" + mountPoint + "'";
      if (std::system(line.c_str()) != 0) std::fputs("still mounted\n", stderr);
    }
    // Ends the connection even if something still holds a file open there.
    ::_exit(0);
  }).detach();
  fuse_loop_config* loop = fuse_loop_cfg_create();
  fuse_loop_cfg_set_max_threads(loop, 64);
  fuse_loop_cfg_set_clone_fd(loop, 0);
  (void)fuse_loop_mt(mounted, loop);
  // Unmounted from outside: the thread above ends the process when its input ends.
  fuse_loop_cfg_destroy(loop);
  return 0;
}
