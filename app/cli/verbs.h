// SPDX-License-Identifier: Apache-2.0
// Every verb of the command line: one function adds it to the parser and, when it was called, leaves the work to do.
// Threads: main thread only.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "app/cli/output.h"
#include "core/session/proof.h"
#include "core/session/session.h"

namespace rollproof::cli {

// Exit codes are API; unknown non-zero means failure.
enum Exit : int { kOk = 0, kFailed = 1, kUsage = 2, kUnreadable = 3, kDefect = 4, kNotSafe = 5, kStopped = 130 };

struct Context {
  std::string catalogPath;  // "" = the default place
  bool json = false;
  std::stop_token stop;
  Output out;
  session::CountClips countClips;  // of the complete program; a verb that needs it is not run by the small one
  // Opened by the first verb that needs it. Only the complete program has one.
  session::Session& session();
  // The catalog's file is there: opening the session makes none.
  [[nodiscard]] bool hasCatalog() const;

 private:
  std::unique_ptr<session::Session> m_session;
};

using Chosen = std::function<int(Context&)>;

// Parses, runs what was chosen and gives the exit code; the program's main.
int runProgram(int argc, char** argv, Context& context, const std::function<void(CLI::App&, Chosen&)>& addVerbs);

void addCards(CLI::App& app, Chosen& chosen);
void addOffload(CLI::App& app, Chosen& chosen);
void addVerify(CLI::App& app, Chosen& chosen);
void addSeal(CLI::App& app, Chosen& chosen);
void addMhl(CLI::App& app, Chosen& chosen);
void addInspect(CLI::App& app, Chosen& chosen);
void addClips(CLI::App& app, Chosen& chosen);
void addLook(CLI::App& app, Chosen& chosen);
void addFormats(CLI::App& app, Chosen& chosen);
void addProject(CLI::App& app, Chosen& chosen);
void addFrame(CLI::App& app, Chosen& chosen);
void addProxy(CLI::App& app, Chosen& chosen);
void addDailies(CLI::App& app, Chosen& chosen);
void addPreset(CLI::App& app, Chosen& chosen);
void addBurnIn(CLI::App& app, Chosen& chosen);
void addSyncSound(CLI::App& app, Chosen& chosen);
void addExport(CLI::App& app, Chosen& chosen);
void addReport(CLI::App& app, Chosen& chosen);
void addCatalog(CLI::App& app, Chosen& chosen);
void addDemo(CLI::App& app, Chosen& chosen);

}  // namespace rollproof::cli
