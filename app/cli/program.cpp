// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <exception>

#include "app/cli/interrupt.h"
#include "app/cli/verbs.h"
#include "core/base/path.h"

namespace rollproof::cli {

bool Context::hasCatalog() const {
  return realFileSystem()
      .info(catalogPath.empty() ? catalog::defaultCatalogPath() : path::absolute(catalogPath))
      .has_value();
}

namespace {

// The parser says only that a verb is missing; a person who mistyped one wants to read which.
std::string unknownVerb(const CLI::App& app, int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--catalog") ++i;
    if (word.empty() || word.front() == '-' || word == "--catalog") continue;
    const auto verbs = app.get_subcommands([](const CLI::App*) { return true; });
    if (std::any_of(verbs.begin(), verbs.end(), [&](const CLI::App* verb) { return verb->check_name(word); }))
      return {};
    return "there is no verb '" + path::display(word) + "'";
  }
  return {};
}

int run(int argc, char** argv, Context& context, const std::function<void(CLI::App&, Chosen&)>& addVerbs) {
  CLI::App app{
      "Rollproof: every roll, proven.\nOffloads camera cards with proof, reads what the camera knew, renders "
      "colour-managed proxies."};
  app.name("rollproof");
  app.set_version_flag("--version", "rollproof " ROLLPROOF_VERSION);
  app.add_option("--catalog", context.catalogPath, "Catalog file (default: $XDG_DATA_HOME/rollproof/catalog.db)");
  app.add_flag("--json", context.json, "One JSON object a line on stdout; the last is the result");
  app.require_subcommand(1);
  app.fallthrough();  // --json and --catalog are understood before and after the verb
  app.footer("Exit: 0 ok, 1 failed, 2 usage, 3 some sources unreadable, 4 a copy is defect, 5 not safe, 130 stopped.");

  Chosen chosen;
  addVerbs(app, chosen);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
    const std::string unknown = unknownVerb(app, argc, argv);
    std::fprintf(stderr, "rollproof: %s\nTry 'rollproof --help'.\n", unknown.empty() ? error.what() : unknown.c_str());
    return kUsage;
  }
  const Interrupt interrupt;
  context.stop = interrupt.token();
  context.out.json = context.json;
  return chosen(context);
}

}  // namespace

int runProgram(int argc, char** argv, Context& context, const std::function<void(CLI::App&, Chosen&)>& addVerbs) {
  try {
    return run(argc, argv, context, addVerbs);
  } catch (const std::exception& problem) {
    // The parser and the standard library can still throw, for want of memory say.
    std::fprintf(stderr, "rollproof: %s\n", problem.what());
    return kFailed;
  }
}

}  // namespace rollproof::cli
