// SPDX-License-Identifier: Apache-2.0
// The asker's side: starts the reader, in bubblewrap where that works, listens, and never believes more than its own
// eyes. Nothing of the card's content is parsed here.
#include "core/camera/inspect.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <set>
#include <thread>
#include <vector>

#include "core/base/log.h"
#include "core/base/path.h"
#include "core/camera/clip_picture.h"
#include "core/camera/grouped_card.h"
#include "core/camera/inspect_lines.h"
#include "core/model/clip_json.h"

namespace rollproof::camera {
namespace {

using Steady = std::chrono::steady_clock;
constexpr const char* kBubblewrap = "/usr/bin/bwrap";
constexpr std::size_t kLongestLine = std::size_t{512} << 20;
constexpr std::chrono::seconds kToGroup{180};  // a card of a million files on a slow reader
constexpr std::chrono::milliseconds kLook{50};

// A process of ours, and all it started, gone at the end whatever happens.
class Child {
 public:
  explicit Child(const std::vector<std::string>& argv) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
    ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    // What a hostile file makes a library print is not for anybody's terminal.
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
    sigset_t none, defaults;
    ::sigemptyset(&none);
    ::sigfillset(&defaults);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &defaults);
    std::vector<char*> words;
    for (const std::string& word : argv) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    char locale[] = "LC_ALL=C.UTF-8";
    char* environment[] = {locale, nullptr};
    if (::posix_spawn(&m_pid, words[0], &actions, &attributes, words.data(), environment) != 0) m_pid = -1;
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
    ::close(ends[1]);
    m_out = ends[0];
  }
  ~Child() {
    if (m_out >= 0) ::close(m_out);
    if (m_pid < 0) return;
    (void)::kill(-m_pid, SIGKILL);
    (void)::kill(m_pid, SIGKILL);
    int status = 0;
    while (::waitpid(m_pid, &status, 0) < 0 && errno == EINTR) continue;
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  [[nodiscard]] bool started() const { return m_pid > 0; }

  enum class Heard { line, nothing, end };
  // That many bytes as they come; false when they end before, or `enough` says so.
  bool take(std::size_t count, std::string& bytes, const std::function<bool()>& enough) {
    while (m_heard.size() < count) {
      const Heard heard = hear();
      if (heard == Heard::end || (heard == Heard::nothing && enough())) return false;
    }
    bytes = m_heard.substr(0, count);
    m_heard.erase(0, count);
    return true;
  }
  // Waits a little for the next line.
  Heard next(std::string& line) {
    for (;;) {
      const std::size_t at = m_heard.find('\n', m_looked);
      if (at != std::string::npos) {
        line = m_heard.substr(0, at);
        m_heard.erase(0, at + 1);
        m_looked = 0;
        return Heard::line;
      }
      m_looked = m_heard.size();
      if (m_looked > kLongestLine) return Heard::end;
      if (const Heard heard = hear(); heard != Heard::line) return heard;
    }
  }

 private:
  // Heard::line here means: something came.
  Heard hear() {
    pollfd out{m_out, POLLIN, 0};
    if (::poll(&out, 1, static_cast<int>(kLook.count())) == 0) return Heard::nothing;
    std::array<char, 1 << 16> bytes;
    const ssize_t got = ::read(m_out, bytes.data(), bytes.size());
    if (got < 0 && errno == EINTR) return Heard::nothing;
    if (got <= 0) return Heard::end;
    m_heard.append(bytes.data(), static_cast<std::size_t>(got));
    return Heard::line;
  }

  pid_t m_pid = -1;
  int m_out = -1;
  std::string m_heard;
  std::size_t m_looked = 0;
};

bool executable(const std::string& path) { return ::access(path.c_str(), X_OK) == 0; }

// Beside this program, where it is installed, or in the build tree that this program belongs to.
std::string findReader() {
  std::string here(4096, '\0');
  const ssize_t length = ::readlink("/proc/self/exe", here.data(), here.size());
  here.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
  std::string folder = path::parent(here);
  for (const char* place : {"", "../libexec/rollproof"}) {
    const std::string program = path::absolute(path::join(path::join(folder, place), kReaderProgram));
    if (executable(program)) return program;
  }
  for (int up = 0; up < 4 && !folder.empty() && folder != "/"; ++up) {
    const std::string program = path::join(folder, std::string("app/inspect/") + kReaderProgram);
    if (executable(program)) return program;
    folder = path::parent(folder);
  }
  return {};
}

// The reader sees the card, itself and the system's libraries, and has no network, no other processes and no rights.
std::vector<std::string> inBubblewrap(const std::string& program, const std::string& folder) {
  std::vector<std::string> argv{kBubblewrap,    "--die-with-parent", "--new-session", "--clearenv",    "--setenv",
                                "LC_ALL",       "C.UTF-8",           "--unshare-ipc", "--unshare-pid", "--unshare-net",
                                "--unshare-uts"};
  const auto add = [&argv](std::initializer_list<std::string> words) { argv.insert(argv.end(), words); };
  if (::geteuid() == 0) {
    // In a namespace of users root could not read what other users own on the card.
    add({"--cap-drop", "ALL", "--cap-add", "CAP_DAC_READ_SEARCH"});
  } else {
    add({"--unshare-user", "--cap-drop", "ALL"});
  }
  add({"--ro-bind", "/usr", "/usr"});
  for (const char* place : {"/lib", "/lib64", "/etc/ld.so.cache", "/etc/alternatives"})
    add({"--ro-bind-try", place, place});
  add({"--proc", "/proc", "--dev", "/dev", "--ro-bind", program, program, "--ro-bind", folder, folder, "--"});
  return argv;
}

struct Answer {
  bool ready = false, ended = false, cancelled = false, silent = false;
  std::string lacking;
  std::optional<Error> error;
  model::Card card;  // counts
  std::vector<std::optional<model::Clip>> clips;
  std::vector<model::Warning> warnings;
};

class Listener {
 public:
  Listener(Child& child, const InspectOptions& options, const std::stop_token& stop, const InspectStep& step,
           const InspectPicture& picture)
      : m_child(child), m_options(options), m_stop(stop), m_step(step), m_picture(picture) {}

  Answer listen() {
    Answer answer;
    auto until = Steady::now() + kToGroup;
    std::string line;
    for (;;) {
      if (m_stop.stop_requested()) {
        answer.cancelled = true;
        return answer;
      }
      const auto heard = m_child.next(line);
      if (heard == Child::Heard::end) return answer;
      if (heard == Child::Heard::nothing) {
        answer.silent = Steady::now() >= until;
        if (answer.silent) return answer;
        continue;
      }
      bool sense = false;
      try {
        sense = take(line, answer);
      } catch (const nlohmann::json::exception&) {
        // A value of another type than was agreed: the reader is not itself any more.
      }
      if (!sense || answer.ended || answer.error) return answer;
      // It watches its own workers; who watches it has more patience.
      if (!answer.clips.empty()) until = Steady::now() + 2 * m_options.perClip + std::chrono::seconds(5);
    }
  }

 private:
  bool take(const std::string& line, Answer& answer) {
    const auto json = nlohmann::json::parse(line, nullptr, false);
    if (!json.is_object()) return false;
    const std::string event = json.value("event", std::string());
    if (event == "ready") {
      answer.ready = true;
      answer.lacking = json.value("lacking", std::string());
    } else if (event == "card") {
      answer.card.files = json.value("files", std::uint64_t{0});
      answer.card.bytes = json.value("bytes", std::uint64_t{0});
      const auto clips = json.value("clips", std::uint64_t{0});
      // As many clips as files is the most there can be.
      if (clips > answer.card.files + 100'000) return false;
      answer.clips.resize(clips);
    } else if (event == "clip") {
      const auto index = json.value("index", std::uint64_t{0});
      const auto found = json.find("clip");
      auto clip = found == json.end() ? fail(Errc::corrupt, "") : model::clipFromJson(*found);
      if (!clip || index >= answer.clips.size()) return false;
      if (!answer.clips[index]) ++m_done;
      answer.clips[index] = std::move(*clip);
      add(json, answer);
      if (!takePicture(json, *answer.clips[index])) return false;
      if (m_step) m_step(m_done, answer.clips.size());
    } else if (event == "error") {
      answer.error =
          Error{Errc::failed, json.value("text", std::string()), json.value("subject", std::string()), 0, -1};
    } else if (event == "end") {
      add(json, answer);
      answer.ended =
          std::all_of(answer.clips.begin(), answer.clips.end(), [](const auto& clip) { return clip.has_value(); });
      return answer.ended;
    }
    return true;
  }

  bool takePicture(const nlohmann::json& json, const model::Clip& clip) {
    if (!m_picture) return true;
    const auto words = json.find("picture");
    if (words == json.end()) {
      m_picture(clip, fail(Errc::unsupported, json.value("no_picture", std::string("could not be decoded safely"))));
      return true;
    }
    std::string samples;
    const std::size_t count = samplesAfter(*words);
    const auto until = Steady::now() + m_options.perClip;
    if (count == 0 || !m_child.take(count, samples, [&] { return m_stop.stop_requested() || Steady::now() >= until; }))
      return false;
    auto picture = pictureFrom(*words, samples);
    const bool sense = picture.has_value();
    m_picture(clip, std::move(picture));
    return sense;
  }

  // Two clips may find the same side file damaged.
  void add(const nlohmann::json& json, Answer& answer) {
    const auto found = json.find("warnings");
    if (found == json.end()) return;
    for (model::Warning& one : warningsFrom(*found)) {
      if (m_heard.insert(one.code + one.text).second) answer.warnings.push_back(std::move(one));
    }
  }

  Child& m_child;
  const InspectOptions& m_options;
  const std::stop_token& m_stop;
  const InspectStep& m_step;
  const InspectPicture& m_picture;
  std::size_t m_done = 0;
  std::set<std::string> m_heard;
};

}  // namespace

std::vector<model::Warning> warningsFrom(const nlohmann::json& list) {
  std::vector<model::Warning> warnings;
  if (!list.is_array()) return warnings;
  for (const auto& one : list) {
    if (!one.is_object()) continue;
    const auto code = one.find("code"), text = one.find("text");
    if (code == one.end() || text == one.end() || !code->is_string() || !text->is_string()) continue;
    warnings.push_back({code->get<std::string>(), text->get<std::string>()});
  }
  return warnings;
}

Result<model::Card> inspectCard(const std::string& root, const InspectOptions& options, std::stop_token stop,
                                const InspectStep& step, const InspectPicture& picture) {
  const std::string whole = path::absolute(root);
  const FileSystem& fs = realFileSystem();
  if (options.depth == Depth::names) return readCard(fs, whole, Depth::names, stop, step);
  const auto about = fs.info(whole);
  if (!about) return tl::unexpected<Error>(about.error());
  if (about->kind != FileKind::regular && about->kind != FileKind::directory)
    return fail(Errc::notRegular, "is neither a folder nor a media file", whole);
  const std::string folder = about->kind == FileKind::directory ? whole : path::parent(whole);

  std::vector<model::Warning> trouble;
  const std::string program = options.program.empty() ? findReader() : options.program;
  const int workers = options.workers > 0 ? options.workers : static_cast<int>(std::thread::hardware_concurrency());
  bool wrapped = executable(kBubblewrap) && folder != "/";
  bool byNames = false;
  // In bubblewrap, without it where the system forbids namespaces, and once more without the camera's own lists where
  // those made the reader crash.
  for (int attempt = 0; !program.empty() && attempt < 4; ++attempt) {
    std::vector<std::string> argv;
    if (wrapped) argv = inBubblewrap(program, folder);
    argv.insert(argv.end(), {program, kWorkersFlag, std::to_string(std::max(workers, 1)), kPerClipFlag,
                             std::to_string(options.perClip.count())});
    if (options.checkFrames) argv.emplace_back(kFramesFlag);
    if (options.pictureWidth > 0 && picture) {
      argv.emplace_back(kPictureFlag);
      argv.push_back(std::to_string(options.pictureWidth));
    }
    if (byNames) argv.emplace_back(kNamesFlag);
    argv.insert(argv.end(), {"--", whole});
    Child child(argv);
    Answer answer = child.started() ? Listener(child, options, stop, step, picture).listen() : Answer{};
    if (answer.cancelled) return fail(Errc::cancelled, "stopped", whole);
    if (answer.error) return tl::unexpected(*answer.error);
    if (answer.ended) {
      if (!wrapped && !answer.lacking.empty()) log::info(fmt::format("reading cards: {}", answer.lacking));
      std::vector<model::Clip> clips;
      for (auto& clip : answer.clips) clips.push_back(std::move(*clip));
      model::Card card = std::move(answer.card);
      card.root = folder;
      card.clips = std::move(clips);
      card.warnings = std::move(trouble);
      card.warnings.insert(card.warnings.end(), answer.warnings.begin(), answer.warnings.end());
      summariseCard(card, about->kind == FileKind::regular);
      return card;
    }
    if (!answer.ready) {
      if (!wrapped) break;
      wrapped = false;
      log::info("reading cards without bubblewrap: it does not start here");
      continue;
    }
    if (byNames) break;
    byNames = true;
    trouble.push_back({answer.silent ? "reader_hung" : "reader_crashed",
                       "A list on the card (log, index) could not be read safely: clips are told by their names."});
  }
  auto card = readCard(fs, whole, Depth::names, stop, step);
  if (!card) return card;
  card->warnings.push_back(
      {"reader_crashed", program.empty() ? "The program that reads clips (rollproof-inspect) is not installed: "
                                           "names and sizes are all that is known."
                                         : "The card's clips could not be read safely: names and sizes are all "
                                           "that is known."});
  return card;
}

}  // namespace rollproof::camera
