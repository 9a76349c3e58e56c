// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fault_mount.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>

namespace rollproof::support {

FaultMount::FaultMount(const std::filesystem::path& folder, const std::filesystem::path& where) : mountPoint(where) {
  std::string program = ROLLPROOF_FAULT_FS;
  if (program.empty()) {
    why = "built without libfuse3";
    return;
  }
  if (::access("/dev/fuse", R_OK | W_OK) != 0) {
    why = "/dev/fuse cannot be used here";
    return;
  }
  std::filesystem::create_directories(folder);
  std::filesystem::create_directories(where);
  int to[2], from[2];
  if (::pipe2(to, O_CLOEXEC) != 0 || ::pipe2(from, O_CLOEXEC) != 0) return;
  std::string folderText = folder.native(), whereText = where.native();
  char* argv[] = {program.data(), folderText.data(), whereText.data(), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, to[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, from[1], STDOUT_FILENO);
  const int failed = ::posix_spawn(&m_pid, program.c_str(), &actions, nullptr, argv, environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(to[0]);
  ::close(from[1]);
  m_to = ::fdopen(to[1], "w");
  m_from = ::fdopen(from[0], "r");
  char line[64] = {};
  mounted = failed == 0 && std::fgets(line, sizeof line, m_from) && std::string(line) == "ok\n";
  if (!mounted) why = "FUSE refused the mount";
}

FaultMount::~FaultMount() {
  // The end of its input makes it unmount and go.
  if (m_to) std::fclose(m_to);
  if (m_pid > 0) (void)::waitpid(m_pid, nullptr, 0);
  if (m_from) std::fclose(m_from);
}

int FaultMount::tell(const std::string& command) {
  std::fputs((command + "\n").c_str(), m_to);
  std::fflush(m_to);
  char line[256] = {};
  if (!std::fgets(line, sizeof line, m_from)) throw std::runtime_error("fault_fs is gone");
  const std::string answer = line;
  if (!answer.starts_with("ok")) throw std::runtime_error(command + ": " + answer);
  return answer.size() > 3 ? std::stoi(answer.substr(3)) : 0;
}

bool FaultMount::until(const std::string& command, int atLeast, int watchdogSeconds) {
  const auto giveUp = std::chrono::steady_clock::now() + std::chrono::seconds(watchdogSeconds);
  while (tell(command) < atLeast) {
    if (std::chrono::steady_clock::now() > giveUp) return false;
    ::sched_yield();
  }
  return true;
}

}  // namespace rollproof::support
