// SPDX-License-Identifier: Apache-2.0
#include "core/colour/look_words.h"

#include <fmt/format.h>

#include "core/base/path.h"
#include "core/colour/colour.h"
#include "core/colour/lut_file.h"

namespace rollproof::colour {
namespace {

std::string numbers(const model::Cdl& cdl) {
  return fmt::format("slope {:g} {:g} {:g} offset {:g} {:g} {:g} power {:g} {:g} {:g} saturation {:g}", cdl.slope[0],
                     cdl.slope[1], cdl.slope[2], cdl.offset[0], cdl.offset[1], cdl.offset[2], cdl.power[0],
                     cdl.power[1], cdl.power[2], cdl.saturation);
}

const char* const kOwnLog = "the camera's own log";

}  // namespace

std::string stepInWords(const model::LookStep& step, const std::string& where) {
  const std::string space = !where.empty() ? where : !step.input.empty() ? step.input : std::string(kOwnLog);
  std::string text;
  switch (step.kind) {
    case model::LookStep::Kind::cdl:
      text = fmt::format("CDL in {}, {}: {}", space, step.style == model::CdlStyle::asc ? "clamped" : "not clamped",
                         numbers(step.cdl.value_or(model::Cdl{})));
      break;
    case model::LookStep::Kind::lut:
      text = fmt::format("LUT {}, from {} to {}{}", path::display(step.file), space,
                         step.output == "display" ? "display code values" : step.output,
                         step.hash.empty() ? "" : ", " + step.hash);
      break;
    case model::LookStep::Kind::transform:
      text = fmt::format("{}, in {}", step.transform, where.empty() ? "its own space" : where);
      break;
  }
  return step.applied ? "Already in the pictures and not done again: " + text : text;
}

std::vector<model::LookStep> stepsOf(const model::Look& look) {
  if (!look.steps.empty()) return look.steps;
  std::vector<model::LookStep> steps;
  if (look.cdl) {
    model::LookStep step;
    step.kind = model::LookStep::Kind::cdl;
    step.name = "CDL";
    step.cdl = look.cdl;
    step.style = look.cdlStyle;
    step.input = look.cdlSpace;
    steps.push_back(std::move(step));
  }
  if (!look.lutFile.empty()) {
    model::LookStep step;
    step.kind = model::LookStep::Kind::lut;
    step.name = path::display(path::fileName(look.lutFile));
    step.file = look.lutFile;
    step.hash = look.lutHash;
    step.input = look.lutInput;
    step.output = look.lutOutput;
    if (look.order == model::LookOrder::lutThenCdl) {
      steps.insert(steps.begin(), std::move(step));
    } else {
      steps.push_back(std::move(step));
    }
  }
  return steps;
}

std::vector<std::string> inWords(const model::Look& look) {
  std::vector<std::string> lines;
  for (const model::LookStep& step : stepsOf(look)) lines.push_back(stepInWords(step));
  return lines;
}

std::vector<model::Warning> checkFiles(const model::Look& look) {
  std::vector<model::Warning> findings;
  for (const model::LookStep& step : stepsOf(look)) {
    if (step.kind != model::LookStep::Kind::lut || step.applied) continue;
    if (const auto lut = loadLut(step.file); !lut) {
      findings.push_back({"look_unusable", "The look's LUT cannot be used: " + describe(lut.error())});
      continue;
    }
    if (step.hash.empty()) continue;
    const auto now = hashOfFile(step.file);
    if (now && *now != step.hash) {
      findings.push_back({"look_changed", fmt::format("The LUT {} has changed since it was taken into the catalog ({} "
                                                      "then, {} now).",
                                                      path::display(step.file), step.hash, *now)});
    }
  }
  return findings;
}

}  // namespace rollproof::colour
