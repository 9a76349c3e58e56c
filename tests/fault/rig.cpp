// SPDX-License-Identifier: Apache-2.0
#include "tests/fault/rig.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "core/base/path.h"
#include "core/volumes/volumes.h"

namespace stdfs = std::filesystem;

namespace rollproof::fault_test {

using support::noise;
using support::put;
using support::slurp;

void makeCard(const stdfs::path& card) {
  put(card / kLargeClip, noise(9'000'001, 1));
  put(card / kSmallClip, noise(4097, 2));
  put(card / std::string("\xff\xfe odd\n.txt"), "bytes");
  put(card / std::string(255, 'n'), "long name");
  put(card / "empty.bin", "");
  stdfs::create_directories(card / "EMPTY");
}

offload::Request requestFor(const stdfs::path& card, const std::vector<stdfs::path>& to) {
  offload::Request request;
  request.source = card.native();
  for (const auto& one : to) {
    stdfs::create_directories(one);
    request.destinations.push_back(one.native());
  }
  request.folder = "P/D/A001";
  return request;
}

offload::Request onOwnDrives(offload::Request request) {
  request.volumeOf = [request](const std::string& path) -> Result<model::Volume> {
    auto volume = volumes::volumeOf(path);
    if (!volume) return volume;
    volume->device.durable = true;
    volume->device.id = "serial:card";
    for (const auto& destination : request.destinations) {
      if (path::isWithin(path, destination)) volume->device.id = "serial:" + path::fileName(destination);
    }
    volume->device.description = "drive " + volume->device.id;
    return volume;
  };
  return request;
}

offload::Outcome run(const offload::Request& request, FileSystem& fs) {
  const auto plan = offload::planOffload(realFileSystem(), request);
  if (!plan) {
    offload::Outcome none;
    none.verdict.reasons.push_back({"plan", describe(plan.error())});
    return none;
  }
  jobs::Progress progress;
  return offload::runOffload(fs, *plan, systemClock(), progress, {});
}

bool safe(const offload::Outcome& outcome) { return outcome.verdict.kind == model::VerdictKind::safe; }

bool says(const offload::Outcome& outcome, std::string_view code) {
  return std::any_of(outcome.verdict.reasons.begin(), outcome.verdict.reasons.end(),
                     [&](const auto& reason) { return reason.code == code; });
}

const model::FileProblem* problemOf(const offload::Outcome& outcome, std::string_view code, std::string_view path) {
  const auto found = std::find_if(outcome.problems.begin(), outcome.problems.end(), [&](const auto& problem) {
    return problem.code == code && (path.empty() || problem.path == path);
  });
  return found == outcome.problems.end() ? nullptr : &*found;
}

std::string told(const offload::Outcome& outcome) {
  std::string text;
  for (const auto& reason : outcome.verdict.reasons) text += reason.code + ": " + reason.text + "\n";
  for (const auto& problem : outcome.problems)
    text += "! " + problem.code + " " + path::display(problem.path) + ": " + path::display(problem.text) +
            (problem.culprit.empty() ? "" : " [" + problem.culprit + "]") + "\n";
  return text;
}

int manifestsIn(const stdfs::path& root) {
  int count = 0;
  std::error_code none;
  for (stdfs::directory_iterator it(root / "ascmhl", none), end; !none && it != end; it.increment(none))
    count += it->path().extension() == ".mhl";
  return count;
}

int leftoversIn(const stdfs::path& root) {
  int count = 0;
  std::error_code none;
  for (stdfs::recursive_directory_iterator it(root, none), end; !none && it != end; it.increment(none))
    count += it->path().filename().native().find("rollproof") != std::string::npos;
  return count;
}

Before::Before(stdfs::path card) : m_card(std::move(card)), m_tree(support::treeOf(m_card)) {}

void Before::checkNames(const stdfs::path& root) const {
  for (const auto& [name, what] : m_tree) {
    std::error_code none;
    if (!stdfs::is_regular_file(stdfs::symlink_status(root / name, none))) continue;
    INFO(path::display(name) << " in " << root);
    REQUIRE(slurp(root / name) == slurp(m_card / name));
  }
}

void Before::checkWhole(const stdfs::path& root) const {
  checkNames(root);
  for (const auto& [name, what] : m_tree) {
    if (!what.starts_with("file") && what != "folder") continue;
    INFO(path::display(name) << " in " << root);
    REQUIRE(stdfs::exists(root / name));
  }
}

void Before::check(const offload::Request& request, const offload::Outcome& outcome) const {
  INFO(told(outcome));
  REQUIRE(support::treeOf(m_card) == m_tree);
  for (const auto& destination : request.destinations) checkNames(copyIn(destination));
  for (const auto& copy : outcome.copies) {
    if (copy.manifest.empty()) {
      CHECK_FALSE((safe(outcome) && request.policy.minCopies >= static_cast<int>(request.destinations.size())));
      continue;
    }
    checkWhole(copy.root);
    REQUIRE(manifestsIn(copy.root) == 1);
  }
}

void Before::checkNext(const offload::Request& request, bool mustBeSafe) const {
  const auto next = run(request);
  INFO("the next run\n" << told(next));
  REQUIRE(safe(next) == mustBeSafe);
  check(request, next);
  for (const auto& destination : request.destinations) {
    checkWhole(copyIn(destination));
    REQUIRE(manifestsIn(copyIn(destination)) == 1);
    REQUIRE(leftoversIn(destination) == 0);
  }
}

}  // namespace rollproof::fault_test
