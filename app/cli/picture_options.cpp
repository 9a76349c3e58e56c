// SPDX-License-Identifier: Apache-2.0
#include "app/cli/picture_options.h"

#include <algorithm>

#include "core/base/path.h"

namespace rollproof::cli {

void ColourOptions::addTo(CLI::App& verb) {
  verb.add_option("--input", input,
                  "Colour space of the pictures (default: what the clip says); ending in ' [normalised]' or ' [codes]' "
                  "where another program wrote its numbers otherwise than the camera does");
  verb.add_option("--look", looks, "A CDL or LUT file (repeat for CDL then LUT)")->expected(1)->take_all();
  verb.add_option("--display", display,
                  std::string("Display (default: the look's, else ") + colour::kDefaultDisplay + ")");
  verb.add_option("--view", view, std::string("View (default: the look's, else ") + colour::kDefaultView + ")");
}

Result<dailies::ColourChoice> ColourOptions::choice() const {
  dailies::ColourChoice choice;
  choice.input = input;
  choice.display = display;
  choice.view = view;
  for (const auto& file : looks) {
    const auto look = colour::loadLook(path::absolute(file));
    if (!look) return tl::unexpected(look.error());
    if (!choice.look) {
      choice.look = *look;
      continue;
    }
    if ((look->cdl && choice.look->cdl) || (!look->lutFile.empty() && !choice.look->lutFile.empty()))
      return fail(Errc::usage, "is a second look of the same kind: one CDL and one LUT make a look", file);
    if (look->cdl) choice.look->cdl = look->cdl;
    if (!look->lutFile.empty()) {
      choice.look->lutFile = look->lutFile;
      choice.look->lutInput = look->lutInput;
      choice.look->lutOutput = look->lutOutput;
    }
    choice.look->name += " + " + look->name;
  }
  return choice;
}

Result<std::vector<NamedClip>> findClips(Context& context, const std::string& nameIdOrPath) {
  auto sources = context.session().resolveClips(nameIdOrPath);
  if (!sources) return tl::unexpected(sources.error());
  const auto rows = context.session().clips("");
  std::vector<NamedClip> found;
  for (auto& source : *sources) {
    NamedClip one{std::move(source), std::nullopt};
    if (rows) {
      const auto row = std::find_if(rows->begin(), rows->end(), [&](const auto& candidate) {
        return candidate.mediaRoot == one.source.root && candidate.clip.name == one.source.clip.name;
      });
      if (row != rows->end()) one.id = row->id;
    }
    found.push_back(std::move(one));
  }
  return found;
}

}  // namespace rollproof::cli
