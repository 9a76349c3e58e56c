// SPDX-License-Identifier: Apache-2.0
// Reading cards by another program: the same records, and nothing on a card that costs more than its own clip.
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include "core/camera/confine.h"
#include "core/camera/inspect.h"
#include "core/media/media.h"
#include "core/model/clip_json.h"
#include "tests/core/camera/fixtures.h"
#include "tests/core/camera/movies.h"
#include "tests/core/camera/raws.h"
#include "tests/support/fault_mount.h"

using namespace rollproof;
using namespace std::chrono_literals;
using camera::inspectCard;
using camera::InspectOptions;
using fixtures::Folder;

namespace {

void fill(const Folder& folder) {
  folder.write("A001_C007_0502AB_001.R3D", raws::r3d());
  folder.write("A001_01241607_C009.braw", movies::braw());
  folder.write("DCIM/100GOPRO/GX010042.MP4", movies::gopro());
  folder.write("T01.WAV", fixtures::wav({}));
  folder.write("A001/A001.0001.dpx", fixtures::dpx(64, 36, 0x10203004, 24));
  folder.write("A001/A001.0002.dpx", fixtures::dpx(64, 36, 0x10203005, 24));
  folder.write("damaged.mov", "not a movie");
  folder.write(std::string("odd \xff name\n.mp4"), movies::xavc());
}

// What a reader that is not itself says, in a shell's words.
std::string script(const Folder& folder, const std::string& body) {
  folder.write("reader.sh", "#!/bin/sh\n" + body + "\n");
  const std::string path = folder.path("reader.sh");
  ::chmod(path.c_str(), 0755);
  return path;
}

// Processes whose command line has this word.
std::vector<pid_t> processesWith(const std::string& word) {
  std::vector<pid_t> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream stream(entry.path() / "cmdline", std::ios::binary);
    const std::string line{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    if (line.find(word) != std::string::npos && std::stoi(name) != ::getpid()) found.push_back(std::stoi(name));
  }
  return found;
}

}  // namespace

TEST_CASE("a card read by another program is the card read here") {
  const Folder folder;
  fill(folder);
  const auto here = fixtures::readCard(folder.path());
  for (const int workers : {1, 3}) {
    InspectOptions options;
    options.workers = workers;
    std::size_t last = 0;
    const auto there = inspectCard(folder.path(), options, {}, [&](std::size_t done, std::size_t) { last = done; });
    REQUIRE(there);
    CHECK(there->family == here.family);
    CHECK(there->families == here.families);
    CHECK(there->camera == here.camera);
    CHECK(there->reel == here.reel);
    CHECK(there->files == here.files);
    CHECK(there->bytes == here.bytes);
    CHECK(there->root == here.root);
    CHECK(there->warnings.size() == here.warnings.size());
    REQUIRE(there->clips.size() == here.clips.size());
    CHECK(last == here.clips.size());
    for (std::size_t i = 0; i < here.clips.size(); ++i)
      CHECK(model::toJson(there->clips[i], true).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) ==
            model::toJson(here.clips[i], true).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  }
}

TEST_CASE("a single file is read with what lies beside it and its card is that clip") {
  const Folder folder;
  fill(folder);
  const auto card = inspectCard(folder.path("A001_C007_0502AB_001.R3D"));
  REQUIRE(card);
  REQUIRE(card->clips.size() == 1);
  CHECK(card->clips[0].reel == "A001");
  CHECK(card->files == 1);
}

TEST_CASE("what is not there or no file is said before any program starts") {
  const Folder folder;
  const auto missing = inspectCard(folder.path("nothing"));
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == Errc::notFound);
  REQUIRE(::mkfifo(folder.path("pipe").c_str(), 0600) == 0);
  const auto pipe = inspectCard(folder.path("pipe"));
  REQUIRE_FALSE(pipe);
  CHECK(pipe.error().code == Errc::notRegular);
}

TEST_CASE("frames that were asked for are looked at and black is told from a picture") {
  const Folder folder;
  media::WriterOptions writer;
  writer.path = folder.path("clip.mov");
  writer.container = "mov";
  writer.video.codec = "prores_proxy";
  writer.video.width = 64;
  writer.video.height = 48;
  writer.video.rate = {24, 1};
  auto movie = media::createMovie(writer);
  REQUIRE(movie);
  for (int i = 0; i < 9; ++i) {
    media::Frame16 frame;
    frame.width = 64;
    frame.height = 48;
    // Black at first, then a picture that stands still.
    for (auto& plane : frame.plane) plane.assign(64 * 48, 128 << 8);
    frame.plane[0].assign(64 * 48, static_cast<std::uint16_t>((i == 0 ? 16 : 180) << 8));
    REQUIRE((*movie)->writeFrame(frame));
  }
  REQUIRE((*movie)->finish());
  InspectOptions options;
  options.checkFrames = true;
  options.pictureWidth = 32;
  std::vector<media::CodedPicture> pictures;
  const auto card = inspectCard(folder.path("clip.mov"), options, {}, {}, [&](const model::Clip& clip, auto picture) {
    CHECK(clip.name == "clip");
    REQUIRE(picture);
    pictures.push_back(std::move(*picture));
  });
  REQUIRE(pictures.size() == 1);
  CHECK(pictures[0].coded.width == 32);
  CHECK(pictures[0].coded.height == 24);
  CHECK(pictures[0].index == 4);
  CHECK(pictures[0].bitDepth == 10);
  CHECK(std::abs(pictures[0].coded.plane[0].at(100) - (180 << 8)) < 256);
  REQUIRE(card);
  REQUIRE(card->clips.size() == 1);
  const auto& checks = card->clips[0].frameChecks;
  REQUIRE(checks.size() == 3);
  CHECK(checks[0].where == "first");
  CHECK(checks[0].maxLuma < 0.02);
  CHECK(checks[1].index == 4);
  CHECK(checks[1].meanLuma == Approx((180.0 - 16) / 219).margin(0.02));
  CHECK(checks[2].where == "last");
  CHECK(checks[2].index == 8);
  CHECK(checks[1].digest == checks[2].digest);
  CHECK(checks[0].digest != checks[1].digest);
  CHECK(fixtures::readCard(folder.path()).clips[0].frameChecks.empty());
}

TEST_CASE("a file that hangs its reader costs its own clip and no other") {
  const Folder folder, mountPoint;
  folder.write("A_hangs.mov", movies::arri());
  folder.write("B_reads.mov", movies::arri());
  support::FaultMount mount(folder.path(), mountPoint.path());
  if (!mount.mounted) {
    WARN(mount.why);
    return;
  }
  mount.tell("on read A_hangs.mov stall");
  InspectOptions options;
  options.workers = 1;
  options.perClip = 1500ms;
  const auto card = inspectCard(mountPoint.path(), options);
  mount.tell("release");
  REQUIRE(card);
  REQUIRE(card->clips.size() == 2);
  CHECK(card->clips[0].name == "A_hangs");
  CHECK(fixtures::hasWarning(card->clips[0].warnings, "reader_hung"));
  CHECK(card->clips[1].camera.make == "ARRI");
  CHECK_FALSE(fixtures::hasWarning(card->clips[1].warnings, "reader_hung"));
}

TEST_CASE("a reader that dies over a clip is replaced and the clip says so") {
  const Folder folder, mountPoint;
  folder.write("A_dies.mov", movies::arri());
  folder.write("B_reads.mov", movies::arri());
  support::FaultMount mount(folder.path(), mountPoint.path());
  if (!mount.mounted) {
    WARN(mount.why);
    return;
  }
  mount.tell("on read A_dies.mov stall");
  InspectOptions options;
  options.workers = 1;
  options.perClip = 60s;
  auto running = std::async(std::launch::async, [&] { return inspectCard(mountPoint.path(), options); });
  REQUIRE(mount.until("stalled", 1));
  // The youngest of the reader's processes is the worker: the others wait for it.
  const auto readers = processesWith(mountPoint.path());
  REQUIRE(readers.size() >= 2);
  ::kill(*std::max_element(readers.begin(), readers.end()), SIGSEGV);
  ::kill(*std::max_element(readers.begin(), readers.end()), SIGKILL);
  const auto card = running.get();
  mount.tell("release");
  REQUIRE(card);
  REQUIRE(card->clips.size() == 2);
  CHECK(fixtures::hasWarning(card->clips[0].warnings, "reader_crashed"));
  CHECK(card->clips[1].camera.make == "ARRI");
}

TEST_CASE("a stop ends the reading and leaves no process behind") {
  const Folder folder, mountPoint;
  folder.write("A_hangs.mov", movies::arri());
  support::FaultMount mount(folder.path(), mountPoint.path());
  if (!mount.mounted) {
    WARN(mount.why);
    return;
  }
  mount.tell("on read A_hangs.mov stall");
  std::stop_source stop;
  auto running = std::async(std::launch::async, [&] { return inspectCard(mountPoint.path(), {}, stop.get_token()); });
  REQUIRE(mount.until("stalled", 1));
  stop.request_stop();
  const auto card = running.get();
  mount.tell("release");
  REQUIRE_FALSE(card);
  CHECK(card.error().code == Errc::cancelled);
  const auto longEnough = std::chrono::steady_clock::now() + 30s;
  std::string word = "--";
  word += '\0';
  word += mountPoint.path();
  while (!processesWith(word).empty() && std::chrono::steady_clock::now() < longEnough) std::this_thread::yield();
  CHECK(processesWith(word).empty());
}

TEST_CASE("a reader that lies or stops talking is not believed and the card is told by its names") {
  const Folder card, programs;
  card.write("clip.mov", movies::arri());
  const std::vector<std::string> bodies{
      "exit 3",
      "echo '{\"event\":\"ready\"}'; echo garbage",
      "echo '{\"event\":\"ready\"}'; echo '{\"event\":\"card\",\"clips\":\"many\"}'",
      "echo '{\"event\":\"ready\"}'; echo '{\"event\":\"card\",\"files\":1,\"clips\":99999999999}'",
      "echo '{\"event\":\"ready\"}'; echo '{\"event\":\"card\",\"files\":1,\"clips\":1}'; echo "
      "'{\"event\":\"clip\",\"index\":7,\"clip\":{\"clip\":\"x\"}}'",
      "echo '{\"event\":\"ready\"}'; echo '{\"event\":\"card\",\"files\":1,\"clips\":1}'; echo '{\"event\":\"end\"}'",
      "echo '{\"event\":\"ready\"}'; echo '{\"event\":\"card\",\"files\":1,\"clips\":1}'; exec sleep 1000",
  };
  for (const auto& body : bodies) {
    INFO(body);
    InspectOptions options;
    options.program = script(programs, body);
    options.perClip = 10ms;
    const auto read = inspectCard(card.path(), options);
    REQUIRE(read);
    REQUIRE(read->clips.size() == 1);
    CHECK(read->clips[0].name == "clip");
    CHECK(read->clips[0].camera.make.empty());
    CHECK(fixtures::hasWarning(read->warnings, "reader_crashed"));
  }
}

TEST_CASE("without the reader's program a card is told by its names and says why") {
  const Folder card;
  card.write("clip.mov", movies::arri());
  InspectOptions options;
  options.program = card.path("no such program");
  const auto read = inspectCard(card.path(), options);
  REQUIRE(read);
  CHECK(read->clips.size() == 1);
  CHECK(fixtures::hasWarning(read->warnings, "reader_crashed"));
}

TEST_CASE("the reader cannot follow a card out of itself") {
  const Folder outside, card;
  outside.write("secret.xml", "<?xml version=\"1.0\"?><x>canary-7713</x>");
  outside.write("secret.mov", movies::arri());
  // A link, an entity, a playlist and a reference list that all point out of the card.
  std::filesystem::create_directories(card.path("XDROOT/Clip"));
  std::filesystem::create_symlink(outside.path("secret.mov"), card.path("link.mov"));
  std::filesystem::create_directory_symlink(outside.path(), card.path("folder"));
  card.write("XDROOT/Clip/A001C001_260502AB.MXF", "x");
  card.write("XDROOT/Clip/A001C001_260502ABM01.XML",
             "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY e SYSTEM \"file://" + outside.path("secret.xml") +
                 "\">]><NonRealTimeMeta><Device modelName=\"&e;\"/></NonRealTimeMeta>");
  card.write("list.mov", "ffconcat version 1.0\nfile '" + outside.path("secret.mov") + "'\n");
  card.write("play.mp4", "#EXTM3U\n#EXTINF:1,\nfile://" + outside.path("secret.mov") + "\n");
  const auto read = inspectCard(card.path());
  REQUIRE(read);
  for (const auto& clip : read->clips) {
    const std::string all = model::toJson(clip, true).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    CHECK(all.find("canary-7713") == std::string::npos);
    CHECK(clip.camera.make != "ARRI");
    CHECK(clip.name != "link");
  }
}

TEST_CASE("light comes small and as it is, and a clip without a picture says why") {
  const Folder folder;
  media::ImageF image;
  image.width = 600;
  image.height = 300;
  image.rgb.assign(600 * 300 * 3, 4.5F);
  REQUIRE(media::writeImage(folder.path("A001.0001.exr"), image, {}));
  REQUIRE(media::writeImage(folder.path("A001.0002.exr"), image, {}));
  folder.write("T01.WAV", fixtures::wav({}));
  folder.write("damaged.mov", "not a movie");
  InspectOptions options;
  options.pictureWidth = 200;
  std::map<std::string, Result<media::CodedPicture>> pictures;
  REQUIRE(inspectCard(folder.path(), options, {}, {},
                      [&](const model::Clip& clip, auto picture) { pictures.emplace(clip.name, std::move(picture)); }));
  REQUIRE(pictures.size() == 3);
  REQUIRE(pictures.count("A001") == 1);
  const auto& light = pictures.at("A001");
  REQUIRE(light);
  CHECK(light->light.width == 200);
  CHECK(light->light.height == 100);
  CHECK(light->light.rgb.size() == 200 * 100 * 3);
  CHECK(light->light.rgb[777] == Approx(4.5));
  REQUIRE_FALSE(pictures.at("T01"));
  CHECK_FALSE(pictures.at("damaged"));
}

TEST_CASE("a picture whose words and samples do not fit is refused and the clip stays") {
  const Folder folder;
  folder.write("clip.wav", fixtures::wav({}));
  const std::string clip = R"({"clip":"clip","family":"sound"})";
  for (const char* words : {R"({"width":2,"height":2,"light":false})", R"({"width":-1,"height":9})",
                            R"({"width":99999,"height":99999})", R"("no")"}) {
    InspectOptions options;
    options.pictureWidth = 32;
    options.perClip = 300ms;
    options.program = script(
        folder,
        std::string(
            "echo '{\"event\":\"ready\"}'\necho '{\"event\":\"card\",\"files\":1,\"bytes\":1,\"clips\":1}'\necho "
            "'{\"event\":\"clip\",\"index\":0,\"clip\":") +
            clip + ",\"picture\":" + words + "}'\nprintf 'short'");
    int called = 0;
    const auto card =
        inspectCard(folder.path("clip.wav"), options, {}, {}, [&](const model::Clip&, auto) { ++called; });
    REQUIRE(card);
    CHECK(card->clips.size() == 1);
    CHECK(called == 0);
  }
}

TEST_CASE("a confined reader opens no socket, starts no program and reads nothing beside the card") {
  const Folder card, elsewhere;
  card.write("clip.mov", "on the card");
  elsewhere.write("secret", "not for readers");
  const std::string inside = card.path("clip.mov"), outside = elsewhere.path("secret");
  const pid_t pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    const bool confined = camera::confineTo(card.path()).empty();
    // One bit for each thing that it should not have been able to do.
    int could = confined ? 0 : 64;
    if (::open(inside.c_str(), O_RDONLY) < 0) could |= 1;
    if (::open(outside.c_str(), O_RDONLY) >= 0) could |= 2;
    if (::socket(AF_INET, SOCK_STREAM, 0) >= 0 || errno != EPERM) could |= 4;
    if (::socket(AF_UNIX, SOCK_STREAM, 0) >= 0 || errno != EPERM) could |= 8;
    if (::open(card.path("new").c_str(), O_CREAT | O_WRONLY, 0600) >= 0) could |= 16;
    char name[] = "/bin/false";
    char* words[] = {name, nullptr};
    (void)::execv(name, words);
    if (errno != EPERM) could |= 32;
    ::_exit(could);
  }
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  REQUIRE(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}

TEST_CASE("a reader that computes for ever is stopped by its own limit") {
  const pid_t pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    camera::limitProcessorTime(std::chrono::milliseconds(1));
    for (volatile bool going = true; going;) continue;
  }
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  REQUIRE(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGXCPU);
}
