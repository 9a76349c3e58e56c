// SPDX-License-Identifier: Apache-2.0
#include "tests/support/child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

namespace rollproof::support {

Child::Child(std::vector<std::string> argv, const std::string& outFile, const std::string& errFile) {
  std::vector<char*> raw;
  for (auto& argument : argv) raw.push_back(argument.data());
  raw.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, outFile.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errFile.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (::posix_spawnp(&m_pid, raw.front(), &actions, nullptr, raw.data(), environ) != 0) m_exit = 127;
  posix_spawn_file_actions_destroy(&actions);
}

Child::~Child() {
  if (poll()) return;
  signal(SIGKILL);
  (void)wait(std::chrono::seconds(10));
}

std::optional<int> Child::poll() {
  int status = 0;
  if (!m_exit && ::waitpid(m_pid, &status, WNOHANG) == m_pid)
    m_exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return m_exit;
}

std::optional<int> Child::wait(std::chrono::seconds watchdog) {
  if (poll()) return m_exit;
  // A pidfd becomes readable when the process ends: no loop, no sleep.
  const int handle = static_cast<int>(::syscall(SYS_pidfd_open, m_pid, 0));
  if (handle >= 0) {
    pollfd ended{handle, POLLIN, 0};
    (void)::poll(&ended, 1, static_cast<int>(std::chrono::milliseconds(watchdog).count()));
    ::close(handle);
  }
  return poll();
}

void Child::signal(int number) const {
  if (!m_exit) ::kill(m_pid, number);
}

long Child::highWaterKiB() const {
  std::ifstream status("/proc/" + std::to_string(m_pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmHWM:")) return std::stol(line.substr(6));
  }
  return 0;
}

}  // namespace rollproof::support
