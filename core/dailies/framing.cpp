// SPDX-License-Identifier: Apache-2.0
#include "core/dailies/framing.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/base/path.h"
#include "core/dailies/json_fields.h"

namespace rollproof::dailies {
namespace {

constexpr int kLeastSide = 16, kMostSide = 16384;
constexpr std::size_t kMostFramelines = 16;
constexpr double kWidest = 10, kNarrowest = 0.1;

constexpr std::array kFits{std::pair{"none", Fit::none}, std::pair{"matte", Fit::matte},
                           std::pair{"letterbox", Fit::letterbox}, std::pair{"crop", Fit::crop},
                           std::pair{"stretch", Fit::stretch}};

const char* nameOf(Fit fit) {
  for (const auto& [name, value] : kFits) {
    if (value == fit) return name;
  }
  return "none";
}

int even(double value) { return std::clamp(static_cast<int>(std::lround(value / 2)) * 2, kLeastSide, kMostSide); }

std::optional<media::Region> regionFrom(JsonFields& fields, const char* key) {
  auto inside = fields.object(key, {"x", "y", "width", "height"});
  if (!inside) return std::nullopt;
  media::Region region;
  region.x = inside->number("x", 0, 65536).value_or(0);
  region.y = inside->number("y", 0, 65536).value_or(0);
  const auto width = inside->number("width", 1, 65536), height = inside->number("height", 1, 65536);
  fields.take(*inside);
  if (!width || !height) {
    fields.wrong(fmt::format("{} needs width and height", key));
    return std::nullopt;
  }
  region.width = *width;
  region.height = *height;
  return region;
}

nlohmann::ordered_json regionJson(const media::Region& region) {
  return {{"x", region.x}, {"y", region.y}, {"width", region.width}, {"height", region.height}};
}

Frameline framelineFrom(JsonFields& fields) {
  Frameline line;
  line.aspect = fields.number("aspect", kNarrowest, kWidest);
  line.region = regionFrom(fields, "region");
  line.colour = fields.colour("colour", line.colour);
  line.opacity = fields.number("opacity", 0, 1).value_or(line.opacity);
  line.label = fields.text("label").value_or("");
  if (line.aspect.has_value() == line.region.has_value()) fields.wrong("a frameline has either an aspect or a region");
  return line;
}

// The largest rectangle of a shape within another, centred.
struct Box {
  double x = 0, y = 0, width = 0, height = 0;
};
Box largest(const Box& in, double shape) {
  Box box{0, 0, std::min(in.width, in.height * shape), std::min(in.height, in.width / shape)};
  box.x = in.x + (in.width - box.width) / 2;
  box.y = in.y + (in.height - box.height) / 2;
  return box;
}

// The same in whole pixels: even places and sides, for chroma that is halved.
Box settled(const Box& box, const Box& in) {
  Box result;
  result.width = std::min<double>(even(box.width), in.width);
  result.height = std::min<double>(even(box.height), in.height);
  result.x = in.x + std::floor((in.width - result.width) / 4) * 2;
  result.y = in.y + std::floor((in.height - result.height) / 4) * 2;
  return result;
}

media::Region partInside(const media::Region& wanted, int width, int height) {
  const double left = std::clamp(wanted.x, 0.0, static_cast<double>(width));
  const double top = std::clamp(wanted.y, 0.0, static_cast<double>(height));
  return {left, top, std::min(wanted.x + wanted.width, static_cast<double>(width)) - left,
          std::min(wanted.y + wanted.height, static_cast<double>(height)) - top};
}

// The middle of a region, so wide and so high a share of it.
media::Region middle(const media::Region& of, double wide, double high) {
  return {of.x + of.width * (1 - wide) / 2, of.y + of.height * (1 - high) / 2, of.width * wide, of.height * high};
}

LineRect lineFor(const Frameline& line, const FramePlan& plan) {
  const Box picture{static_cast<double>(plan.x), static_cast<double>(plan.y), static_cast<double>(plan.pictureWidth),
                    static_cast<double>(plan.pictureHeight)};
  Box box = picture;
  if (line.aspect) {
    box = largest(picture, *line.aspect);
  } else {
    const auto corner = [&](double x, double y) {
      const media::Place place = media::turned(
          media::Place{(x - plan.source.x) / plan.source.width, (y - plan.source.y) / plan.source.height}, plan.turn);
      return media::Place{picture.x + std::clamp(place.x, 0.0, 1.0) * picture.width,
                          picture.y + std::clamp(place.y, 0.0, 1.0) * picture.height};
    };
    const media::Place a = corner(line.region->x, line.region->y);
    const media::Place b = corner(line.region->x + line.region->width, line.region->y + line.region->height);
    box = {std::min(a.x, b.x), std::min(a.y, b.y), std::abs(a.x - b.x), std::abs(a.y - b.y)};
  }
  LineRect rect;
  rect.x = static_cast<int>(std::lround(box.x));
  rect.y = static_cast<int>(std::lround(box.y));
  rect.width = static_cast<int>(std::lround(box.x + box.width)) - rect.x;
  rect.height = static_cast<int>(std::lround(box.y + box.height)) - rect.y;
  rect.colour = line.colour;
  rect.opacity = line.opacity;
  rect.label = line.label;
  return rect;
}

}  // namespace

Result<Fit> fitCalled(std::string_view name) {
  for (const auto& [known, value] : kFits) {
    if (known == name) return value;
  }
  return fail(Errc::usage, "a picture is fitted by none, matte, letterbox, crop or stretch",
              path::display(std::string(name)));
}

Result<double> aspectFrom(std::string_view text) {
  const auto bad = [&] {
    return fail(Errc::usage, "is no aspect ratio: write 2.39, 2.39:1 or 16:9", path::display(std::string(text)));
  };
  const std::size_t colon = text.find_first_of(":/");
  const auto number = [](std::string_view digits) -> std::optional<double> {
    double value = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size() || !(value > 0)) return std::nullopt;
    return value;
  };
  const auto across = number(text.substr(0, colon));
  const auto down = colon == std::string_view::npos ? std::optional<double>(1) : number(text.substr(colon + 1));
  if (!across || !down) return bad();
  const double aspect = *across / *down;
  if (!(aspect >= kNarrowest && aspect <= kWidest)) return bad();
  return aspect;
}

Result<Framing> parseFraming(std::string_view text) {
  auto read = JsonFields::parse(
      text, "framing",
      {"desqueeze", "squeeze", "rotate", "flip_horizontal", "flip_vertical", "fit", "aspect", "region", "framelines"});
  if (!read) return tl::unexpected(read.error());
  JsonFields& fields = *read;
  Framing framing;
  framing.desqueeze = fields.flag("desqueeze").value_or(true);
  framing.squeeze = fields.number("squeeze", 0.2, 5);
  const double angle = fields.number("rotate", 0, 270).value_or(0);
  framing.turn.clockwise = static_cast<int>(angle);
  if (std::fmod(angle, 90) != 0) fields.wrong("rotate is 0, 90, 180 or 270, clockwise");
  framing.turn.flipHorizontal = fields.flag("flip_horizontal").value_or(false);
  framing.turn.flipVertical = fields.flag("flip_vertical").value_or(false);
  framing.aspect = fields.number("aspect", kNarrowest, kWidest);
  framing.fit = framing.aspect ? Fit::matte : Fit::none;
  if (const auto name = fields.text("fit")) {
    const auto fit = fitCalled(*name);
    if (!fit) return tl::unexpected(fit.error());
    framing.fit = *fit;
    if (framing.aspect && framing.fit == Fit::none) fields.wrong("an aspect needs a fit other than none");
  }
  framing.region = regionFrom(fields, "region");
  fields.each("framelines", kMostFramelines, {"aspect", "region", "colour", "opacity", "label"},
              [&](JsonFields& item) { framing.framelines.push_back(framelineFrom(item)); });
  if (const auto& trouble = fields.trouble()) return fail(Errc::usage, *trouble);
  return framing;
}

std::string framingJson(const Framing& framing) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  const Framing usual;
  if (!framing.desqueeze) json["desqueeze"] = false;
  if (framing.squeeze) json["squeeze"] = *framing.squeeze;
  if (framing.turn.clockwise != 0) json["rotate"] = framing.turn.clockwise;
  if (framing.turn.flipHorizontal) json["flip_horizontal"] = true;
  if (framing.turn.flipVertical) json["flip_vertical"] = true;
  if (framing.fit != Fit::none) json["fit"] = nameOf(framing.fit);
  if (framing.aspect) json["aspect"] = *framing.aspect;
  if (framing.region) json["region"] = regionJson(*framing.region);
  for (const Frameline& line : framing.framelines) {
    nlohmann::ordered_json one = nlohmann::ordered_json::object();
    if (line.aspect) one["aspect"] = *line.aspect;
    if (line.region) one["region"] = regionJson(*line.region);
    one["colour"] = colourText(line.colour);
    one["opacity"] = line.opacity;
    if (!line.label.empty()) one["label"] = line.label;
    json["framelines"].push_back(std::move(one));
  }
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Result<Framed> framingFor(const std::string& said, const interchange::FdlQuery& clip) {
  Framed framed;
  const std::size_t first = said.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (first == std::string::npos || said == "none") return framed;
  if (said[first] != '{') {
    const auto aspect = aspectFrom(std::string_view(said).substr(first));
    if (!aspect) {
      return fail(Errc::usage, "is no framing: give an aspect such as 2.39:1, a framing's JSON, or an ASC FDL",
                  path::display(said.substr(0, 80)));
    }
    framed.framing.aspect = *aspect;
    framed.framing.fit = Fit::matte;
    return framed;
  }
  if (!interchange::looksLikeFdl(said)) {
    auto framing = parseFraming(said);
    if (!framing) return tl::unexpected(framing.error());
    framed.framing = std::move(*framing);
    return framed;
  }
  const auto fdl = interchange::parseFdl(said);
  if (!fdl) return tl::unexpected(fdl.error());
  const auto choice = interchange::chooseFraming(*fdl, clip);
  if (!choice) return tl::unexpected(choice.error());
  framed.framing.region = media::Region{choice->frame.x, choice->frame.y, choice->frame.width, choice->frame.height};
  // Told only where it differs from square: a record that knows of a squeeze the list forgot keeps it.
  if (choice->squeeze != 1) framed.framing.squeeze = choice->squeeze;
  framed.explanation = choice->explanation;
  return framed;
}

Result<Framing> changedBy(const Framing& framing, const std::string& json) {
  if (json.empty()) return framing;
  auto whole = nlohmann::json::parse(framingJson(framing));
  const auto changes = nlohmann::json::parse(json, nullptr, false);
  if (!changes.is_object()) return fail(Errc::usage, "changes of a framing are a JSON object");
  whole.merge_patch(changes);
  return parseFraming(whole.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

Result<FramePlan> planFrame(int recordedWidth, int recordedHeight, double squeeze, int targetWidth, FixedSize fixed,
                            const Framing& framing) {
  if (recordedWidth <= 0 || recordedHeight <= 0) return fail(Errc::usage, "the clip's recorded size is not known");
  FramePlan plan;
  plan.turn = framing.turn;
  plan.source = {0, 0, static_cast<double>(recordedWidth), static_cast<double>(recordedHeight)};
  if (framing.region) {
    plan.source = partInside(*framing.region, recordedWidth, recordedHeight);
    if (plan.source.width < 2 || plan.source.height < 2) {
      return fail(Errc::usage, fmt::format("the framing's region lies outside of the recorded {} x {}", recordedWidth,
                                           recordedHeight));
    }
  }
  const bool sized = targetWidth > 0 || fixed.width > 0;
  const bool shaped = framing.fit != Fit::none && framing.aspect;
  double wider = framing.desqueeze ? framing.squeeze.value_or(squeeze) : 1;
  if (!sized && !shaped && framing.turn.none()) wider = 1;
  if (!(wider >= 0.1 && wider <= 10)) return fail(Errc::usage, "this squeeze cannot be");
  double shownWidth = plan.source.width * wider, shownHeight = plan.source.height;
  if (framing.turn.quarter()) std::swap(shownWidth, shownHeight);
  const double shape = shownWidth / shownHeight;

  Box canvas;
  if (fixed.width > 0) {
    canvas.width = fixed.width;
    canvas.height = fixed.height;
  } else {
    canvas.width = even(targetWidth > 0 ? targetWidth : shownWidth);
    canvas.height = even(canvas.width / (shaped ? *framing.aspect : shape));
    // As recorded to the pixel, odd sides too.
    if (!sized && !shaped && !framing.region && framing.turn.none()) {
      canvas.width = recordedWidth;
      canvas.height = recordedHeight;
    }
  }
  plan.canvasWidth = static_cast<int>(canvas.width);
  plan.canvasHeight = static_cast<int>(canvas.height);
  const Box frame = shaped && fixed.width > 0 ? settled(largest(canvas, *framing.aspect), canvas) : canvas;
  Box picture = frame;
  const bool own = fixed.width <= 0 && !shaped;  // the frame was made for the picture
  const double frameShape = frame.width / frame.height;
  Fit fit = framing.fit;
  if (fit == Fit::matte) fit = frameShape > shape ? Fit::crop : Fit::letterbox;
  if (fit == Fit::crop) {
    double wide = std::min(1.0, frameShape / shape), high = std::min(1.0, shape / frameShape);
    if (own) wide = high = 1;
    if (framing.turn.quarter()) std::swap(wide, high);
    plan.source = middle(plan.source, wide, high);
  } else if (fit != Fit::stretch && !own) {
    picture = settled(largest(frame, shape), frame);
  }
  plan.x = static_cast<int>(picture.x);
  plan.y = static_cast<int>(picture.y);
  plan.pictureWidth = static_cast<int>(picture.width);
  plan.pictureHeight = static_cast<int>(picture.height);
  for (const Frameline& line : framing.framelines) plan.lines.push_back(lineFor(line, plan));
  return plan;
}

}  // namespace rollproof::dailies
