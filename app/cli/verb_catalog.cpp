// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "app/cli/verbs.h"
#include "core/base/path.h"

namespace rollproof::cli {

namespace {

int check(Context& context) {
  const auto report = context.session().catalogCheck();
  if (!report) return context.out.failed("catalog", report.error());
  for (const auto& finding : report->findings) context.out.line("! " + finding);
  context.out.line(fmt::format("{}: {} events, head {}", report->ok ? "The catalog is whole" : "The catalog is damaged",
                               report->headSeq, report->headHash));
  context.out.event({{"event", "result"},
                     {"verb", "catalog"},
                     {"action", "check"},
                     {"ok", report->ok},
                     {"head_seq", report->headSeq},
                     {"head_hash", report->headHash},
                     {"findings", report->findings}});
  return report->ok ? kOk : kFailed;
}

int finish(Context& context, const char* action, const Status& done, const std::string& text) {
  if (!done) return context.out.failed("catalog", done.error());
  context.out.line(text);
  context.out.event({{"event", "result"}, {"verb", "catalog"}, {"action", action}});
  return kOk;
}

}  // namespace

void addCatalog(CLI::App& app, Chosen& chosen) {
  auto file = std::make_shared<std::string>();
  CLI::App* verb = app.add_subcommand("catalog", "The library's database");
  verb->require_subcommand(1);
  verb->add_subcommand("check", "Prove the file, the chain of events, and that the tables follow from it")
      ->callback([&chosen] { chosen = [](Context& context) { return check(context); }; });
  verb->add_subcommand("rebuild", "Make all tables anew from the events")->callback([&chosen] {
    chosen = [](Context& context) {
      return finish(context, "rebuild", context.session().catalogRebuild(),
                    "All tables were made anew from the events.");
    };
  });
  CLI::App* backup = verb->add_subcommand("backup", "Write a whole copy to a new file");
  backup->add_option("FILE", *file, "Where to")->required();
  backup->callback([file, &chosen] {
    chosen = [file](Context& context) {
      return finish(context, "backup", context.session().catalogBackup(*file), "Backed up to " + path::display(*file));
    };
  });
}

}  // namespace rollproof::cli
