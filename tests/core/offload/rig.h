// SPDX-License-Identifier: Apache-2.0
// A card and two drives in memory, each on a device of its own.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "core/base/path.h"
#include "core/hash/hash.h"
#include "core/mhl/mhl.h"
#include "core/offload/offload.h"
#include "tests/support/memory_file_system.h"

namespace rollproof::offload {

struct Rig {
  support::MemoryFileSystem fs;
  Request request;
  bool durable = true, fuse = false, oneDevice = false;

  Rig() {
    fs.putFile("/card/CLIPS/A001C001.mov", std::string(9U << 20U, 'a') + "end");
    fs.putFile("/card/CLIPS/A001C002.mov", std::string(5000, 'b'));
    fs.putFile("/card/empty.bin", "");
    fs.putFile("/card/\xff\xfe name\n.txt", "not UTF-8");
    fs.putDirectory("/card/EMPTY");
    fs.putDirectory("/a");
    fs.putDirectory("/b");
    fs.devices = {{"/card", 10}, {"/a", 11}, {"/b", 12}};
    request.source = "/card";
    request.destinations = {"/a", "/b"};
    request.folder = "P/D/A001";
    request.volumeOf = [this](const std::string& path) -> Result<model::Volume> {
      model::Volume volume;
      volume.mountPoint = path.substr(0, path.find('/', 1));
      volume.label = volume.mountPoint.substr(1);
      volume.fileSystem = "ext4";
      volume.device.id = path::isWithin(path, "/card") ? "serial:card"
                         : oneDevice                   ? "serial:one"
                                                       : "serial:" + volume.label;
      volume.device.description = "disk " + volume.label;
      volume.device.durable = durable;
      volume.fuse = fuse && !path::isWithin(path, "/card");
      volume.totalBytes = 1U << 30U;
      volume.freeBytes = 1U << 30U;
      return volume;
    };
  }

  Outcome run(std::stop_token stop = {}) {
    const auto plan = planOffload(fs, request);
    if (!plan) {
      Outcome none;
      none.problems.push_back({plan.error().subject, "plan", name(plan.error().code), plan.error().message});
      return none;
    }
    jobs::Progress progress;
    return runOffload(fs, *plan, systemClock(), progress, stop);
  }

  std::vector<std::string> left(const std::string& root, std::string_view what) const {
    std::vector<std::string> found;
    for (const auto& path : fs.pathsUnder(root)) {
      if (path.find(what) != std::string::npos) found.push_back(path);
    }
    return found;
  }
  std::vector<std::string> manifests(const std::string& root) const { return left(root, ".mhl"); }
};

inline bool safe(const Outcome& outcome) { return outcome.verdict.kind == model::VerdictKind::safe; }
inline bool says(const Outcome& outcome, std::string_view code) {
  return std::any_of(outcome.verdict.reasons.begin(), outcome.verdict.reasons.end(),
                     [&](const auto& r) { return r.code == code; });
}
inline bool troubled(const Outcome& outcome, std::string_view code) {
  return std::any_of(outcome.problems.begin(), outcome.problems.end(), [&](const auto& p) { return p.code == code; });
}
inline std::string reasonsText(const Outcome& outcome) {
  std::string text;
  for (const auto& r : outcome.verdict.reasons) text += r.code + ": " + r.text + "\n";
  for (const auto& p : outcome.problems)
    text += "! " + p.code + " " + path::display(p.path) + " " + path::display(p.where) + ": " + path::display(p.text) +
            "\n";
  return text;
}

}  // namespace rollproof::offload
