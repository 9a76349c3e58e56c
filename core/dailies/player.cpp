// SPDX-License-Identifier: Apache-2.0
#include "core/dailies/picture.h"

namespace rollproof::dailies {
namespace {

class ClipPlayer final : public Player {
 public:
  ClipPlayer(const colour::Config& config, OpenedClip clip, ColourPlan plan, Pictures pictures, DisplayColour colour,
             PictureSize size, std::string finding, std::string remark)
      : m_config(config),
        m_clip(std::move(clip)),
        m_plan(std::move(plan)),
        m_pictures(std::move(pictures)),
        m_colour(std::move(colour)),
        m_size(size),
        m_finding(std::move(finding)),
        m_remark(std::move(remark)) {}

  std::int64_t frameCount() const override { return m_pictures.count(); }
  FrameRate rate() const override { return m_clip.rate; }
  std::string chain() const override {
    return m_colour.words() + (m_finding.empty() ? "" : "; the look is left out: " + m_finding) +
           (m_remark.empty() ? "" : "; " + m_remark);
  }

  Result<colour::GpuShader> shader() const override { return m_colour.chain().gpuShader(); }

  Status setLook(const std::optional<model::Look>& look, bool quick) override {
    ColourPlan plan = m_plan;
    plan.look = look.value_or(model::Look());
    auto colour = DisplayColour::make(m_config, plan, m_clip.isFloat(),
                                      quick ? DisplayColour::Use::trial : DisplayColour::Use::view);
    if (!colour) return tl::unexpected(colour.error());
    m_colour = std::move(*colour);
    m_plan = std::move(plan);
    m_finding.clear();
    return {};
  }

  Result<ViewerFrame> frame(std::int64_t index, const ViewerWants& wants) override {
    if (index < 0 || index >= frameCount()) {
      return fail(Errc::usage, "the clip has frames 0 to " + std::to_string(frameCount() - 1), m_clip.clip.name);
    }
    auto picture = m_pictures.read(index);
    if (!picture) return tl::unexpected(picture.error());
    const auto coded = m_colour.coded(*picture, m_size, m_scaler);
    if (!coded) return tl::unexpected(coded.error());
    ViewerFrame shown;
    shown.width = coded->view.width;
    shown.height = coded->view.height;
    shown.index = index;
    if (wants.encoded && !wants.scopes && !wants.falseColour) {
      shown.encoded = std::move(colour::toRgb(coded->view, m_colour.chain().levels()).rgb);
    } else {
      m_colour.baked().applyToRgb8(coded->view, shown.rgb);
    }
    // Scopes judge what is graded, whatever is painted over it.
    if (wants.scopes) addScopes(wants, shown);
    if (wants.plain) addPlain(*picture, shown);
    if (wants.falseColour) paintFalse(*picture, shown);
    return shown;
  }

 private:
  static void addScopes(const ViewerWants& wants, ViewerFrame& shown) {
    const colour::Rgb8View view{shown.width, shown.height, shown.rgb.data(), std::ptrdiff_t{shown.width} * 3};
    const int width = wants.scopeWidth, height = wants.scopeHeight;
    shown.scopes.push_back(draw(waveformOf(view, colour::Channels::luma, width), width, height));
    shown.scopes.push_back(draw(waveformOf(view, colour::Channels::rgb, width / 3), width, height));
    shown.scopes.push_back(draw(vectorscopeOf(view), width, height));
    shown.scopes.push_back(draw(histogramOf(view), colour::Channels::rgb, width, height));
  }

  // Made when it is first asked for: most people never compare.
  void addPlain(const Picture& picture, ViewerFrame& shown) {
    if (!m_plain && !m_plainFailed) {
      ColourPlan plan = m_plan;
      plan.look = {};
      auto made = DisplayColour::make(m_config, plan, m_clip.isFloat());
      if (made) m_plain.emplace(std::move(*made));
      m_plainFailed = !m_plain;
    }
    if (!m_plain) return;
    if (const auto coded = m_plain->coded(picture, m_size, m_scaler)) {
      m_plain->baked().applyToRgb8(coded->view, shown.plain);
    }
  }

  void paintFalse(const Picture& picture, ViewerFrame& shown) {
    if (!m_false && !m_falseFailed) {
      auto made = colour::FalseColour::make(m_config, m_plan.input);
      if (made) m_false.emplace(std::move(*made));
      m_falseFailed = !m_false;
    }
    if (!m_false) return;
    const auto sized = toFloat(picture, m_false->levels(), {shown.width, shown.height}, m_scaler);
    if (sized) shown.rgb = std::move(m_false->paint(*sized).rgb);
  }

  const colour::Config& m_config;
  OpenedClip m_clip;
  ColourPlan m_plan;
  Pictures m_pictures;
  DisplayColour m_colour;
  std::optional<DisplayColour> m_plain;
  std::optional<colour::FalseColour> m_false;
  bool m_plainFailed = false, m_falseFailed = false;
  PictureSize m_size;
  media::Scaler m_scaler;
  std::string m_finding;  // why the clip's own look is left out
  std::string m_remark;   // of whoever chose the colour
};

}  // namespace

Result<std::unique_ptr<Player>> openPlayer(const colour::Config& config, const ClipSource& source,
                                           const ColourChoice& colour, int maxWidth, int maxHeight) {
  auto clip = openClip(source);
  if (!clip) return tl::unexpected(clip.error());
  auto plan = planColour(config, *clip, colour, clip->isFloat());
  if (!plan) return tl::unexpected(plan.error());
  auto display = DisplayColour::make(config, *plan, clip->isFloat());
  std::string finding;
  if (!display) {
    // A broken look is no reason to see nothing; that it is left out stands in the chain.
    finding = describe(display.error());
    plan->look = {};
    display = DisplayColour::make(config, *plan, clip->isFloat());
  }
  if (!display) return tl::unexpected(display.error());
  const PictureSize size = sizeWithin(*clip, maxWidth, maxHeight);
  auto pictures = Pictures::open(*clip);
  if (!pictures) return tl::unexpected(pictures.error());
  return std::make_unique<ClipPlayer>(config, std::move(*clip), std::move(*plan), std::move(*pictures),
                                      std::move(*display), size, std::move(finding), colour.remark);
}

}  // namespace rollproof::dailies
