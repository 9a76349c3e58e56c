// SPDX-License-Identifier: Apache-2.0
#include "app/cli/interrupt.h"

#include <unistd.h>

#include <csignal>
#include <ctime>

namespace rollproof::cli {

Interrupt::Interrupt() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  // A pipe's reader that went away must end as a write error we can report, not as a silent death.
  std::signal(SIGPIPE, SIG_IGN);
  m_watcher = std::jthread([this, signals](const std::stop_token& over) {
    while (!over.stop_requested()) {
      const timespec moment{0, 100'000'000};
      if (sigtimedwait(&signals, nullptr, &moment) <= 0) continue;
      // A second Ctrl+C means now: the journal makes that safe too.
      if (m_stop.stop_requested()) _exit(130);
      m_stop.request_stop();
    }
  });
}

}  // namespace rollproof::cli
