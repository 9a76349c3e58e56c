// SPDX-License-Identifier: Apache-2.0
#include "app/cli/output.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>

#include "app/cli/verbs.h"
#include "core/base/path.h"

namespace rollproof::cli {

namespace {

// Names from a card may hold any byte: JSON must stay valid whatever they are.
std::string dumped(const Json& object) { return object.dump(-1, ' ', false, Json::error_handler_t::replace); }

void put(std::FILE* to, const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), to);
  std::fputc('\n', to);
  std::fflush(to);
}

std::string progressText(const jobs::Progress& progress) {
  std::string text = progress.phase();
  for (const auto& meter : progress.meters()) {
    const auto total = meter->totalBytes.load();
    const auto items = meter->totalItems.load();
    if (total > 0)
      text += fmt::format("  {} {:.0f}%", path::display(meter->name),
                          100.0 * static_cast<double>(meter->doneBytes.load()) / static_cast<double>(total));
    else if (items > 0)
      text += fmt::format("  {} {}/{}", path::display(meter->name), meter->doneItems.load(), items);
  }
  return text;
}

}  // namespace

void Output::line(const std::string& text) const {
  if (!json) put(stdout, text);
}

void Output::event(const Json& object) const {
  if (json) put(stdout, dumped(object));
}

void Output::record(const Json& object) const { put(stdout, dumped(object)); }

void Output::warn(const std::string& text) const { put(stderr, "rollproof: " + text); }

int exitCodeFor(const Error& error) {
  switch (error.code) {
    case Errc::usage:
      return kUsage;
    case Errc::cancelled:
      return kStopped;
    default:
      return kFailed;
  }
}

int Output::failed(const std::string& verb, const Error& error) const {
  warn(describe(error));
  event({{"event", "result"}, {"verb", verb}, {"error", {{"code", name(error.code)}, {"text", describe(error)}}}});
  return exitCodeFor(error);
}

Json toJson(const std::vector<model::Warning>& warnings) {
  Json list = Json::array();
  for (const auto& warning : warnings) list.push_back({{"code", warning.code}, {"text", warning.text}});
  return list;
}

std::string humanBytes(std::uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} B", bytes);
  double value = static_cast<double>(bytes);
  const char* unit = "B";
  for (const char* next : {"kB", "MB", "GB", "TB"}) {
    if (value < 1000) break;
    value /= 1000;
    unit = next;
  }
  return fmt::format("{:.1f} {}", value, unit);
}

ProgressLine::ProgressLine(const jobs::Progress& progress) {
  if (isatty(STDERR_FILENO) == 0) return;
  m_thread = std::jthread([&progress](const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any tick;
    std::unique_lock lock(mutex);
    while (!stop.stop_requested()) {
      std::fputs(("\r\x1b[K" + progressText(progress)).c_str(), stderr);
      std::fflush(stderr);
      tick.wait_for(lock, stop, std::chrono::milliseconds(200), [] { return false; });
    }
    std::fputs("\r\x1b[K", stderr);
  });
}

ProgressLine::~ProgressLine() = default;

}  // namespace rollproof::cli
