// SPDX-License-Identifier: Apache-2.0
// rollproof-media: every verb, with the libraries that read, colour and render pictures. People call `rollproof`.
#include "app/cli/verbs.h"

namespace rollproof::cli {

session::Session& Context::session() {
  if (!m_session) m_session = session::Session::open(catalogPath);
  return *m_session;
}

}  // namespace rollproof::cli

int main(int argc, char** argv) {
  using namespace rollproof::cli;
  Context context;
  context.countClips = rollproof::session::countClips;
  return runProgram(argc, argv, context, [](CLI::App& app, Chosen& chosen) {
    addCards(app, chosen);
    addOffload(app, chosen);
    addVerify(app, chosen);
    addSeal(app, chosen);
    addMhl(app, chosen);
    addInspect(app, chosen);
    addClips(app, chosen);
    addLook(app, chosen);
    addFormats(app, chosen);
    addProject(app, chosen);
    addFrame(app, chosen);
    addProxy(app, chosen);
    addDailies(app, chosen);
    addPreset(app, chosen);
    addBurnIn(app, chosen);
    addSyncSound(app, chosen);
    addExport(app, chosen);
    addReport(app, chosen);
    addCatalog(app, chosen);
    addDemo(app, chosen);
  });
}
