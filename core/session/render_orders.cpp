// SPDX-License-Identifier: Apache-2.0
#include "core/session/render_orders.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "core/base/log.h"
#include "core/base/path.h"
#include "core/session/deliverables.h"

namespace rollproof::session {
namespace {

using Json = nlohmann::json;
constexpr std::uint64_t kMostBytes = 16ULL << 20;
constexpr const char* kSuffix = ".json";

std::string textOf(const RenderOrder& order) {
  Json clips = Json::array();
  for (const auto id : order.clips) clips.push_back(id.value);
  return Json{{"clips", std::move(clips)},
              {"presets", order.presets},
              {"folder", path::percentEncode(order.outputDirectory)},
              {"burnin", order.burnin},
              {"framing", order.framing},
              {"framing_changes", order.framingChanges},
              {"show", order.burnInExtras.show},
              {"recipient", order.burnInExtras.recipient},
              {"free", order.burnInExtras.free},
              {"seal", order.seal}}
      .dump(1, ' ', false, Json::error_handler_t::replace);
}

std::optional<RenderOrder> orderFrom(const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  RenderOrder order;
  try {
    for (const auto& id : json.at("clips")) order.clips.push_back({id.get<std::int64_t>()});
    order.presets = json.at("presets").get<std::vector<std::string>>();
    order.outputDirectory = path::percentDecode(json.at("folder").get<std::string>());
    order.burnin = json.at("burnin").get<std::string>();
    order.framing = json.value("framing", "");
    order.framingChanges = json.value("framing_changes", "");
    order.burnInExtras.show = json.value("show", "");
    order.burnInExtras.recipient = json.value("recipient", "");
    order.burnInExtras.free = json.value("free", std::vector<std::string>());
    order.seal = json.at("seal").get<bool>();
  } catch (const Json::exception&) {
    return std::nullopt;
  }
  return order;
}

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

}  // namespace

// One order under way.
struct RenderOrders::Open {
  std::string name;
  RenderOrder order;
  std::vector<std::shared_ptr<RenderRun>> runs;  // one a clip; guarded by the orders' mutex
  std::mutex mutex;                              // guards what follows
  std::set<std::size_t> left;                    // places in order.clips not yet rendered
  std::map<std::string, Deliverables> unsealed;  // by the folder to be sealed
  bool sealedOnce = false;                       // its own job has been: who comes later seals for himself
  std::mutex sealing;                            // one writer a folder
};

RenderOrders::RenderOrders(FileSystem& fs, jobs::Queue& queue, std::string folder, Needs needs)
    : m_fs(fs), m_queue(queue), m_folder(std::move(folder)), m_needs(std::move(needs)) {}
RenderOrders::~RenderOrders() = default;

std::string RenderOrders::fileOf(const std::string& name) const { return path::join(m_folder, name + kSuffix); }

Result<std::vector<jobs::JobId>> RenderOrders::start(const RenderOrder& order) {
  if (order.clips.empty()) return fail(Errc::usage, "there is no clip to render");
  if (order.presets.empty()) return fail(Errc::usage, "no preset was asked for");
  std::string name = isoUtc(systemClock().now());
  std::erase_if(name, [](char c) { return c == ':' || c == '-'; });
  {
    const std::scoped_lock lock(m_mutex);
    // Two within a second.
    std::string tried = name;
    for (int i = 2; m_fs.info(fileOf(tried)) || std::find(m_active.begin(), m_active.end(), tried) != m_active.end();
         ++i) {
      tried = fmt::format("{}-{}", name, i);
    }
    name = tried;
    m_active.push_back(name);
  }
  return startAs(name, order);
}

std::vector<jobs::JobId> RenderOrders::startAs(const std::string& name, const RenderOrder& order) {
  auto open = std::make_shared<Open>();
  open->name = name;
  open->order = order;
  for (std::size_t i = 0; i < order.clips.size(); ++i) open->left.insert(i);
  Status kept = m_fs.makeDirectories(m_folder);
  if (kept) kept = writeFileDurably(m_fs, fileOf(name), textOf(order), true);
  if (!kept) {
    m_needs.notice("order_not_kept", "This order would not be remembered after a crash: " + describe(kept.error()));
  }
  std::vector<jobs::JobId> ids;
  for (std::size_t i = 0; i < order.clips.size(); ++i) {
    const auto row = m_needs.clip(order.clips[i]);
    const std::string clip = row ? path::display(row->clip.name) : "a clip that is gone";
    auto run = std::make_shared<RenderRun>();
    run->clip = order.clips[i];
    run->clipName = clip;
    run->presets = order.presets;
    {
      const std::scoped_lock lock(m_mutex);
      m_runs.push_back(run);
      open->runs.push_back(run);
    }
    const auto id = m_queue.add({"render",
                                 clip + " as " + listed(order.presets),
                                 {{"render"}},
                                 [this, open, i](jobs::Progress& progress, std::stop_token stop) {
                                   return renderOne(open, i, progress, stop);
                                 }});
    {
      const std::scoped_lock lock(m_mutex);
      run->job = id;
    }
    ids.push_back(id);
  }
  if (order.seal) {
    // Behind all of its clips; those that are paused or tried again later seal for themselves.
    ids.push_back(m_queue.add({"seal",
                               fmt::format("Seal {} rendered clip{}", ids.size(), ids.size() == 1 ? "" : "s"),
                               {{"render"}},
                               [this, open](jobs::Progress& progress, std::stop_token stop) {
                                 auto sealed = seal(open, progress, stop);
                                 const std::scoped_lock lock(open->mutex);
                                 open->sealedOnce = true;
                                 return sealed;
                               }}));
  }
  return ids;
}

Status RenderOrders::renderOne(const std::shared_ptr<Open>& open, std::size_t index, jobs::Progress& progress,
                               const std::stop_token& stop) {
  const RenderOrder& order = open->order;
  const auto row = m_needs.clip(order.clips[index]);
  if (!row) return tl::unexpected(row.error());
  dailies::RenderRequest request;
  request.source = {row->clip, row->mediaRoot};
  request.presets = order.presets;
  // Beside the roll, never inside: a sealed folder stays as it was sealed.
  request.outputDirectory = order.outputDirectory.empty() ? path::join(path::parent(row->mediaRoot), "proxies")
                                                          : path::absolute(order.outputDirectory);
  request.burnin = order.burnin;
  request.burnInExtras = order.burnInExtras;
  request.framing = order.framing;
  request.framingChanges = order.framingChanges;
  // What stands from before a crash, or from an order just like this one, is as good as new.
  request.keepFinished = true;
  auto rendered = m_needs.render(request, order.clips[index], progress, stop);
  if (!rendered) return tl::unexpected(rendered.error());
  bool late = false, last = false;
  {
    const std::scoped_lock lock(open->mutex);
    for (const auto& one : *rendered) {
      auto& unsealed = open->unsealed[request.outputDirectory];
      auto& files = one.kept ? unsealed.standing : unsealed.made;
      files.insert(files.end(), one.files.begin(), one.files.end());
    }
    open->left.erase(index);
    late = open->sealedOnce;
    last = open->left.empty();
  }
  {
    auto results = std::make_shared<const std::vector<dailies::Rendered>>(std::move(*rendered));
    const std::scoped_lock lock(m_mutex);
    open->runs[index]->results = std::move(results);
  }
  if (order.seal && late) return seal(open, progress, stop);
  if (!order.seal && last) return forget(open->name);
  return {};
}

Status RenderOrders::seal(const std::shared_ptr<Open>& open, jobs::Progress& progress, const std::stop_token& stop) {
  const std::scoped_lock one(open->sealing);
  std::map<std::string, Deliverables> todo;
  {
    const std::scoped_lock lock(open->mutex);
    todo = open->unsealed;
  }
  Status all;
  for (const auto& [folder, files] : todo) {
    const auto manifest = sealFiles(m_fs, folder, files, systemClock(), progress, stop);
    if (!manifest) {
      if (all) all = tl::unexpected(manifest.error());
      continue;
    }
    const std::scoped_lock lock(open->mutex);
    // What was rendered meanwhile stays for the next time.
    auto& waiting = open->unsealed[folder];
    for (const auto& file : files.made) std::erase(waiting.made, file);
    for (const auto& file : files.standing) std::erase(waiting.standing, file);
    if (waiting.made.empty() && waiting.standing.empty()) open->unsealed.erase(folder);
  }
  if (!all) return all;
  {
    const std::scoped_lock lock(open->mutex);
    if (!open->left.empty() || !open->unsealed.empty()) return {};
  }
  return forget(open->name);
}

std::vector<UnfinishedRenders> RenderOrders::unfinished() const {
  std::vector<UnfinishedRenders> all;
  auto entries = m_fs.list(m_folder);
  if (!entries) return all;
  for (const auto& entry : *entries) {
    if (!entry.name.ends_with(kSuffix)) continue;
    const std::string name = entry.name.substr(0, entry.name.size() - std::string(kSuffix).size());
    {
      const std::scoped_lock lock(m_mutex);
      if (std::find(m_active.begin(), m_active.end(), name) != m_active.end()) continue;
    }
    const auto text = readSmallFile(m_fs, path::join(m_folder, entry.name), kMostBytes);
    if (!text) continue;
    if (auto order = orderFrom(*text)) {
      all.push_back({name, std::move(*order)});
    } else {
      log::warn("an order of renders cannot be read: " + path::join(m_folder, entry.name));
    }
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return all;
}

Result<std::vector<jobs::JobId>> RenderOrders::resume(const std::string& name) {
  for (const auto& one : unfinished()) {
    if (one.name != name) continue;
    {
      const std::scoped_lock lock(m_mutex);
      m_active.push_back(name);
    }
    return startAs(name, one.order);
  }
  return fail(Errc::notFound, "there is no such unfinished order", path::display(name));
}

Status RenderOrders::forget(const std::string& name) {
  // A name is data from a file's name or a caller: it stays inside the folder.
  if (!path::isSafeRelative(name) || name.find('/') != std::string::npos) {
    return fail(Errc::usage, "that is no order's name", path::display(name));
  }
  {
    const std::scoped_lock lock(m_mutex);
    std::erase(m_active, name);
  }
  auto removed = m_fs.remove(fileOf(name));
  if (!removed && removed.error().code == Errc::notFound) return {};
  return removed;
}

std::vector<RenderRun> RenderOrders::runs() const {
  const std::scoped_lock lock(m_mutex);
  std::vector<RenderRun> all;
  for (auto it = m_runs.rbegin(); it != m_runs.rend(); ++it) all.push_back(**it);
  return all;
}

}  // namespace rollproof::session
