// SPDX-License-Identifier: Apache-2.0
// The reader's side. One process groups the card and opens no media; workers that it forks read the clips one by one
// and may crash or hang: it notices, says so of that clip, and forks another from its own clean state.
#include <fcntl.h>
#include <fmt/format.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <map>
#include <thread>

#include "core/base/path.h"
#include "core/camera/clip_picture.h"
#include "core/camera/confine.h"
#include "core/camera/frame_check.h"
#include "core/camera/grouped_card.h"
#include "core/camera/inspect.h"
#include "core/camera/inspect_lines.h"
#include "core/model/clip_json.h"

namespace rollproof::camera {
namespace {

using Json = nlohmann::ordered_json;
using Steady = std::chrono::steady_clock;

constexpr int kMostWorkers = 64, kLargestPicture = 2048;
constexpr std::uint64_t kLongestAnswer = std::uint64_t{512} << 20;

std::string lineOf(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"; }

bool writeAll(int fd, const char* bytes, std::size_t count) {
  while (count > 0) {
    const ssize_t done = ::write(fd, bytes, count);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    bytes += done;
    count -= static_cast<std::size_t>(done);
  }
  return true;
}

bool readAll(int fd, char* bytes, std::size_t count) {
  while (count > 0) {
    const ssize_t done = ::read(fd, bytes, count);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    bytes += done;
    count -= static_cast<std::size_t>(done);
  }
  return true;
}

Json clipLine(std::size_t index, const model::Clip& clip, const std::vector<model::Warning>& warnings) {
  return {
      {"event", "clip"}, {"index", index}, {"clip", model::toJson(clip, true)}, {"warnings", warningsJson(warnings)}};
}

struct Arguments {
  std::string root;
  bool names = false, frames = false;
  int workers = 1, pictureWidth = 0;
  std::chrono::milliseconds perClip{20'000};
};

class Supervisor {
 public:
  Supervisor(GroupedCard& card, const Arguments& arguments) : m_card(card), m_arguments(arguments) {}

  int run() {
    const std::size_t count = std::min<std::size_t>(static_cast<std::size_t>(m_arguments.workers), m_card.clips());
    m_workers.resize(count);
    for (Worker& worker : m_workers) start(worker);
    for (;;) {
      bool busy = false;
      for (Worker& worker : m_workers) {
        if (!worker.clip) give(worker);
        busy = busy || worker.clip;
      }
      if (!busy) break;
      if (!wait()) return 1;
    }
    for (Worker& worker : m_workers) end(worker);
    return 0;
  }

 private:
  struct Worker {
    pid_t pid = -1;
    int ask = -1, answer = -1;
    std::optional<std::size_t> clip;
    Steady::time_point until;
    std::string heard;
  };

  void start(Worker& worker) {
    int ask[2], answer[2];
    if (::pipe2(ask, O_CLOEXEC) != 0 || ::pipe2(answer, O_CLOEXEC) != 0) std::_Exit(1);
    const pid_t supervisor = ::getpid();
    const pid_t pid = ::fork();
    if (pid < 0) std::_Exit(1);
    if (pid == 0) {
      // Other workers' pipes would keep their ends from being noticed.
      for (const Worker& other : m_workers) {
        if (other.ask >= 0) ::close(other.ask);
        if (other.answer >= 0) ::close(other.answer);
      }
      ::close(ask[1]);
      ::close(answer[0]);
      (void)::prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (::getppid() != supervisor) std::_Exit(1);
      work(ask[0], answer[1]);
    }
    ::close(ask[0]);
    ::close(answer[1]);
    worker = {pid, ask[1], answer[0], std::nullopt, {}, {}};
  }

  [[noreturn]] void work(int ask, int answer) {
    std::uint64_t index = 0;
    while (readAll(ask, reinterpret_cast<char*>(&index), sizeof index)) {
      limitProcessorTime(m_arguments.perClip);
      const std::size_t before = m_card.warnings().size();
      model::Clip clip = m_card.describe(index, Depth::metadata);
      if (m_arguments.frames) checkFrames(clip, m_card.counted().root);
      const auto& all = m_card.warnings();
      const std::vector<model::Warning> fresh(all.begin() + static_cast<std::ptrdiff_t>(before), all.end());
      Json said = clipLine(index, clip, fresh);
      std::string samples;
      if (m_arguments.pictureWidth > 0) {
        if (const auto picture = middlePicture(clip, m_card.counted().root, m_arguments.pictureWidth)) {
          PictureOnWire wire = toWire(*picture);
          said["picture"] = std::move(wire.words);
          samples = std::move(wire.samples);
        } else {
          said["no_picture"] = describe(picture.error());
        }
      }
      const std::string line = lineOf(said);
      const std::uint64_t length = line.size() + samples.size();
      if (!writeAll(answer, reinterpret_cast<const char*>(&length), sizeof length) ||
          !writeAll(answer, line.data(), line.size()) || !writeAll(answer, samples.data(), samples.size()))
        break;
    }
    std::_Exit(0);
  }

  void end(Worker& worker) {
    if (worker.pid < 0) return;
    ::close(worker.ask);
    ::close(worker.answer);
    (void)::kill(worker.pid, SIGKILL);
    int status = 0;
    while (::waitpid(worker.pid, &status, 0) < 0 && errno == EINTR) continue;
    worker.pid = -1;
  }

  void give(Worker& worker) {
    if (m_next >= m_card.clips()) return;
    const std::uint64_t index = m_next++;
    worker.clip = index;
    worker.until = Steady::now() + m_arguments.perClip;
    // A worker that is gone is noticed by its answer's end.
    (void)writeAll(worker.ask, reinterpret_cast<const char*>(&index), sizeof index);
  }

  // False when the one who asked is gone.
  bool wait() {
    std::vector<pollfd> sockets;
    auto soonest = Steady::time_point::max();
    for (const Worker& worker : m_workers) {
      sockets.push_back({worker.clip ? worker.answer : -1, POLLIN, 0});
      if (worker.clip) soonest = std::min(soonest, worker.until);
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(soonest - Steady::now()).count();
    const int ready = ::poll(sockets.data(), sockets.size(), static_cast<int>(std::clamp<long>(left, 0, 60'000)));
    if (ready < 0 && errno != EINTR) return false;
    for (std::size_t i = 0; i < m_workers.size(); ++i) {
      Worker& worker = m_workers[i];
      if (!worker.clip) continue;
      if (ready > 0 && sockets[i].revents != 0) {
        if (!hear(worker)) return false;
      } else if (Steady::now() >= worker.until) {
        if (!lose(worker, true)) return false;
      }
    }
    return true;
  }

  bool hear(Worker& worker) {
    char bytes[65536];
    const ssize_t got = ::read(worker.answer, bytes, sizeof bytes);
    if (got < 0 && errno == EINTR) return true;
    if (got <= 0) return lose(worker, false);
    worker.heard.append(bytes, static_cast<std::size_t>(got));
    std::uint64_t length = 0;
    if (worker.heard.size() < sizeof length) return true;
    std::memcpy(&length, worker.heard.data(), sizeof length);
    if (length > kLongestAnswer) return lose(worker, false);
    if (worker.heard.size() < sizeof length + length) return true;
    const bool written = writeAll(STDOUT_FILENO, worker.heard.data() + sizeof length, length);
    worker.heard.clear();
    worker.clip.reset();
    return written;
  }

  // The clip keeps what its name says, and the next one gets a new worker.
  bool lose(Worker& worker, bool hung) {
    const std::size_t index = *worker.clip;
    end(worker);
    model::Clip clip = m_card.describe(index, Depth::names);
    const std::string file = clip.files.empty() ? clip.name : path::display(clip.files.front().path);
    if (hung) {
      clip.warnings.push_back(
          {"reader_hung", fmt::format("Reading {} took longer than {} seconds and was given up; it "
                                      "is copied like every other file.",
                                      file, std::chrono::duration<double>(m_arguments.perClip).count())});
    } else {
      clip.warnings.push_back(
          {"reader_crashed", fmt::format("{} made its reader crash: it may be damaged or made to do "
                                         "so; it is copied like every other file.",
                                         file)});
    }
    const std::string line = lineOf(clipLine(index, clip, {}));
    start(worker);
    return writeAll(STDOUT_FILENO, line.data(), line.size());
  }

  GroupedCard& m_card;
  const Arguments& m_arguments;
  std::vector<Worker> m_workers;
  std::size_t m_next = 0;
};

std::optional<Arguments> parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == kNamesFlag) {
      arguments.names = true;
    } else if (word == kFramesFlag) {
      arguments.frames = true;
    } else if (word == kWorkersFlag && i + 1 < argc) {
      arguments.workers = std::clamp(std::atoi(argv[++i]), 1, kMostWorkers);
    } else if (word == kPictureFlag && i + 1 < argc) {
      arguments.pictureWidth = std::clamp(std::atoi(argv[++i]), 0, kLargestPicture);
    } else if (word == kPerClipFlag && i + 1 < argc) {
      arguments.perClip = std::chrono::milliseconds(std::max(1, std::atoi(argv[++i])));
    } else if (word == "--" && i + 2 == argc) {
      arguments.root = argv[++i];
    } else {
      return std::nullopt;
    }
  }
  if (arguments.root.empty()) return std::nullopt;
  return arguments;
}

}  // namespace

nlohmann::ordered_json warningsJson(const std::vector<model::Warning>& warnings) {
  Json list = Json::array();
  for (const model::Warning& one : warnings) list.push_back({{"code", one.code}, {"text", one.text}});
  return list;
}

int inspectMain(int argc, char** argv) {
  (void)::prctl(PR_SET_PDEATHSIG, SIGKILL);
  (void)::signal(SIGPIPE, SIG_IGN);
  // Each clip's decoder takes and gives back megabytes: kept for the next one they need not be cleared again.
  (void)::mallopt(M_MMAP_THRESHOLD, 256 << 20);
  (void)::mallopt(M_TRIM_THRESHOLD, 512 << 20);
  const auto arguments = parse(argc, argv);
  if (!arguments) {
    const std::string text = "rollproof-inspect is run by rollproof, which has the verbs for people.\n";
    (void)writeAll(STDERR_FILENO, text.data(), text.size());
    return 2;
  }
  const auto say = [](const Json& json) {
    const std::string line = lineOf(json);
    return writeAll(STDOUT_FILENO, line.data(), line.size());
  };
  const FileSystem& fs = realFileSystem();
  const auto about = fs.info(arguments->root);
  const bool folder = about && about->kind == FileKind::directory;
  const std::string lacking = confineTo(folder ? arguments->root : path::parent(arguments->root));
  if (!say({{"event", "ready"}, {"lacking", lacking}})) return 1;
  auto card = GroupedCard::group(fs, arguments->root, arguments->names ? Depth::names : Depth::metadata, {});
  if (!card) {
    (void)say({{"event", "error"}, {"text", card.error().message}, {"subject", path::display(card.error().subject)}});
    return 1;
  }
  const auto& counted = (*card)->counted();
  if (!say({{"event", "card"}, {"files", counted.files}, {"bytes", counted.bytes}, {"clips", (*card)->clips()}}))
    return 1;
  Supervisor supervisor(**card, *arguments);
  if (const int failed = supervisor.run(); failed != 0) return failed;
  return say({{"event", "end"}, {"warnings", warningsJson((*card)->warnings())}}) ? 0 : 1;
}

}  // namespace rollproof::camera
