// SPDX-License-Identifier: Apache-2.0
#include "ui/viewer/playback.h"

#include <QOpenGLContext>

#include "ui/bridge/format.h"

namespace rollproof::ui {

namespace {

// The picture owns the decoded bytes: no copy on the way to the screen.
QImage pictureOf(dailies::ViewerFrame&& frame) {
  const auto needed = static_cast<std::size_t>(frame.width) * static_cast<std::size_t>(frame.height) * 3;
  if (frame.width <= 0 || frame.height <= 0 || frame.rgb.size() < needed) return {};
  auto* kept = new dailies::ViewerFrame(std::move(frame));
  return QImage(
      kept->rgb.data(), kept->width, kept->height, static_cast<qsizetype>(kept->width) * 3, QImage::Format_RGB888,
      [](void* owner) { delete static_cast<dailies::ViewerFrame*>(owner); }, kept);
}

QImage copied(int width, int height, const std::vector<std::uint8_t>& rgb) {
  if (width <= 0 || height <= 0 || rgb.size() < static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3)
    return {};
  return QImage(rgb.data(), width, height, static_cast<qsizetype>(width) * 3, QImage::Format_RGB888).copy();
}

Shown shownOf(dailies::ViewerFrame&& frame) {
  Shown out;
  out.plain = copied(frame.width, frame.height, frame.plain);
  for (const auto& scope : frame.scopes) {
    ScopeImage one{copied(scope.image.width, scope.image.height, scope.image.rgb), {}};
    for (const auto& mark : scope.marks)
      one.marks.emplace_back(QPoint(mark.x, mark.y), rollproof::ui::shown(mark.text));
    out.scopes.push_back(std::move(one));
  }
  out.picture = pictureOf(std::move(frame));
  return out;
}

}  // namespace

Playback::Playback(QObject* parent) : QObject(parent) {
  if (GpuGrade::wanted() != GpuGrade::Use::never && QOpenGLContext::supportsThreadedOpenGL()) {
    QSurfaceFormat format;
    format.setVersion(3, 3);
    format.setProfile(QSurfaceFormat::CoreProfile);
    m_surface.setFormat(format);
    m_surface.create();
  }
  m_thread = std::jthread([this](const std::stop_token& stop) { loop(stop); });
}

Playback::~Playback() {
  m_thread.request_stop();
  m_thread.join();
}

void Playback::open(Opener opener, std::int64_t firstFrame) {
  {
    const std::scoped_lock lock(m_mutex);
    ++m_clip;
    m_opener = std::move(opener);
    m_wanted = m_last = firstFrame;
    m_look.reset();
  }
  m_changed.notify_one();
}

void Playback::close() {
  {
    const std::scoped_lock lock(m_mutex);
    ++m_clip;
    m_opener = nullptr;
    m_wanted.reset();
    m_closeWanted = true;
  }
  m_changed.notify_one();
}

void Playback::want(std::int64_t frame) {
  {
    const std::scoped_lock lock(m_mutex);
    m_wanted = m_last = frame;
  }
  m_changed.notify_one();
}

void Playback::setWants(const dailies::ViewerWants& wants) {
  {
    const std::scoped_lock lock(m_mutex);
    if (wants == m_wants) return;
    m_wants = wants;
    m_wanted = m_last;
  }
  m_changed.notify_one();
}

void Playback::setLook(const std::optional<model::Look>& look, bool quick) {
  {
    const std::scoped_lock lock(m_mutex);
    m_look = look;
    m_quick = quick;
    m_wanted = m_last;
  }
  m_changed.notify_one();
}

template <class Call>
void Playback::deliver(std::uint64_t clip, Call call) {
  QMetaObject::invokeMethod(
      this,
      [this, clip, call = std::move(call)]() mutable {
        {
          const std::scoped_lock lock(m_mutex);
          if (clip != m_clip) return;
        }
        call();
      },
      Qt::QueuedConnection);
}

// A look the graphics processor cannot draw is graded here as before.
void Playback::useShader(dailies::Player& player) {
  m_shaded = false;
  if (!m_gpu) return;
  const auto shader = player.shader();
  m_shaded = shader && m_gpu->setShader(*shader);
}

Result<dailies::ViewerFrame> Playback::frameOf(dailies::Player& player, std::int64_t index,
                                               dailies::ViewerWants wants) {
  wants.encoded = m_shaded && !wants.scopes && !wants.falseColour;
  auto frame = player.frame(index, wants);
  m_byGpu = false;
  if (!frame || !wants.encoded) return frame;
  if (m_gpu->draw(frame->width, frame->height, frame->encoded, frame->rgb)) {
    m_byGpu = true;
    return frame;
  }
  m_shaded = false;
  wants.encoded = false;
  return player.frame(index, wants);
}

void Playback::loop(const std::stop_token& stop) {
  m_gpu = GpuGrade::make(m_surface, GpuGrade::wanted());
  run(stop);
  m_gpu.reset();  // on the thread it was made on
}

void Playback::run(const std::stop_token& stop) {
  std::unique_ptr<dailies::Player> player;
  for (;;) {
    Opener opener;
    std::optional<std::int64_t> wanted;
    std::uint64_t clip = 0;
    dailies::ViewerWants wants;
    std::optional<std::optional<model::Look>> look;
    bool quick = false;
    {
      std::unique_lock lock(m_mutex);
      const auto awake = [&] { return m_opener || m_closeWanted || (player && m_wanted); };
      if (!m_changed.wait(lock, stop, awake)) return;
      clip = m_clip;
      opener = std::move(m_opener);
      m_opener = nullptr;
      if (m_closeWanted && !opener) player.reset();
      m_closeWanted = false;
      if (!opener) {
        wanted = m_wanted;
        m_wanted.reset();
        wants = m_wants;
        look = std::exchange(m_look, std::nullopt);
        quick = m_quick;
      }
    }
    if (opener) {
      player.reset();
      auto opened = opener();
      if (!opened) {
        deliver(clip, [this, text = sentence(opened.error())] { emit failed(text); });
        continue;
      }
      player = std::move(*opened);
      useShader(*player);
      deliver(clip, [this, frames = player->frameCount(), rate = player->rate(),
                     chain = rollproof::ui::shown(player->chain())] { emit this->opened(frames, rate, chain); });
      continue;
    }
    if (!player || !wanted) continue;
    if (look) {
      if (const auto set = player->setLook(*look, quick)) {
        useShader(*player);
        deliver(clip, [this, chain = rollproof::ui::shown(player->chain())] { emit graded(chain); });
      } else {
        deliver(clip, [this, text = sentence(set.error())] { emit refused(text); });
      }
    }
    auto frame = frameOf(*player, *wanted, wants);
    if (!frame) {
      deliver(clip, [this, text = sentence(frame.error())] { emit failed(text); });
      continue;
    }
    const std::int64_t index = frame->index;
    deliver(clip, [this, index, all = shownOf(std::move(*frame))] { emit this->shown(all, index); });
  }
}

}  // namespace rollproof::ui
