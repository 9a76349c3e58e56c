// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "app/cli/verbs.h"
#include "core/base/path.h"
#include "core/demo/demo.h"
#include "core/model/clip_json.h"

namespace rollproof::cli {

namespace {

int run(Context& context, const std::string& directory) {
  jobs::Progress progress;
  Result<std::vector<demo::DemoCard>> cards = fail(Errc::failed, "not run");
  {
    const ProgressLine line(progress);
    cards = demo::writeDemoCards(path::absolute(directory), progress, context.stop);
  }
  if (!cards) return context.out.failed("demo", cards.error());
  Json list = Json::array();
  for (const auto& card : *cards) {
    Json one;
    model::putPath(one, card.path);
    one["family"] = card.family;
    list.push_back(one);
    context.out.line(fmt::format("{}  [{}]", path::display(card.path), card.family));
  }
  context.out.event({{"event", "result"}, {"verb", "demo"}, {"cards", list}});
  return kOk;
}

}  // namespace

void addDemo(CLI::App& app, Chosen& chosen) {
  auto directory = std::make_shared<std::string>();
  CLI::App* verb = app.add_subcommand("demo", "Make small, real, playable cards of several camera families");
  verb->add_option("DIR", *directory, "Folder to make them in")->required();
  verb->callback([directory, &chosen] { chosen = [directory](Context& context) { return run(context, *directory); }; });
}

}  // namespace rollproof::cli
