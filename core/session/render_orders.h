// SPDX-License-Identifier: Apache-2.0
// Renders people ordered: a job a clip, one seal over all of it, and orders that outlive a crash. Private to this
// folder.
// Threads: every function from any thread. Errors: Errc::usage for an order that makes no sense; what goes wrong later
// is the job's own.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/session/deliverables.h"
#include "core/session/session.h"

namespace rollproof::session {

class RenderOrders {
 public:
  struct Needs {
    std::function<Result<catalog::ClipRow>(catalog::ClipId)> clip;
    std::function<Result<std::vector<dailies::Rendered>>(const dailies::RenderRequest&, catalog::ClipId,
                                                         jobs::Progress&, std::stop_token)>
        render;
    std::function<void(const std::string& code, const std::string& text)> notice;
  };
  // `folder` is where unfinished orders are remembered, a small file each; made when the first is.
  RenderOrders(FileSystem& fs, jobs::Queue& queue, std::string folder, Needs needs);
  ~RenderOrders();

  [[nodiscard]] Result<std::vector<jobs::JobId>> start(const RenderOrder& order);
  [[nodiscard]] std::vector<UnfinishedRenders> unfinished() const;
  [[nodiscard]] Result<std::vector<jobs::JobId>> resume(const std::string& name);
  [[nodiscard]] Status forget(const std::string& name);
  [[nodiscard]] std::vector<RenderRun> runs() const;  // newest first

 private:
  struct Open;
  // REQUIRES the name in m_active.
  [[nodiscard]] std::vector<jobs::JobId> startAs(const std::string& name, const RenderOrder& order);
  Status renderOne(const std::shared_ptr<Open>& open, std::size_t index, jobs::Progress& progress,
                   const std::stop_token& stop);
  Status seal(const std::shared_ptr<Open>& open, jobs::Progress& progress, const std::stop_token& stop);
  [[nodiscard]] std::string fileOf(const std::string& name) const;

  FileSystem& m_fs;
  jobs::Queue& m_queue;
  std::string m_folder;
  Needs m_needs;
  mutable std::mutex m_mutex;  // guards what follows
  std::vector<std::shared_ptr<RenderRun>> m_runs;
  std::vector<std::string> m_active;  // names of orders of this run of the program
};

}  // namespace rollproof::session
