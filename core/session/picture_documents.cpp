// SPDX-License-Identifier: Apache-2.0
#include "core/session/picture_documents.h"

#include <algorithm>

#include "core/base/file_system.h"
#include "core/base/log.h"
#include "core/base/path.h"

namespace rollproof::session {
namespace {

constexpr const char* kBurnIn = "burnin";
constexpr const char* kFraming = "framing";
constexpr std::uint64_t kMostBytes = 8ULL << 20;

bool isShipped(const std::string& name) {
  const auto& all = dailies::burnIns();
  return std::any_of(all.begin(), all.end(), [&](const auto& one) { return one.name == name; });
}

Result<bool> isKept(catalog::Catalog& catalog, const char* kind, const std::string& name) {
  return catalog.document(kind, name).map([](const std::string& text) { return !text.empty(); });
}

Result<std::string> textOf(catalog::Catalog& catalog, const char* kind, const std::string& said) {
  if (said.empty()) return said;
  return catalog.document(kind, said).map([&](const std::string& text) { return text.empty() ? said : text; });
}

// Can that be a framing, for whatever clip?
Status checkFraming(const std::string& text) {
  if (interchange::looksLikeFdl(text)) {
    if (const auto fdl = interchange::parseFdl(text); !fdl) return tl::unexpected(fdl.error());
    return {};
  }
  if (const auto framed = dailies::framingFor(text, {}); !framed) return tl::unexpected(framed.error());
  return {};
}

}  // namespace

Result<std::vector<dailies::BurnInTemplate>> allBurnIns(catalog::Catalog& catalog) {
  std::vector<dailies::BurnInTemplate> all = dailies::burnIns();
  const auto documents = catalog.documents(kBurnIn);
  if (!documents) return tl::unexpected(documents.error());
  for (const auto& document : *documents) {
    auto burnin = dailies::parseBurnIn(document.json);
    if (burnin) {
      burnin->name = document.name;
      all.push_back(std::move(*burnin));
    } else {
      log::warn("the burn-in '" + path::display(document.name) + "' is not understood: " + describe(burnin.error()));
    }
  }
  return all;
}

Status keepBurnIn(catalog::Catalog& catalog, const dailies::BurnInTemplate& burnin) {
  // Its own text is the judge of what can be.
  const std::string text = dailies::burnInJson(burnin);
  if (const auto whole = dailies::parseBurnIn(text); !whole) return tl::unexpected(whole.error());
  if (burnin.name.find_first_not_of(' ') == std::string::npos || burnin.name.find('{') != std::string::npos) {
    return fail(Errc::usage, "a burn-in needs a name, without braces", path::display(burnin.name));
  }
  if (isShipped(burnin.name)) {
    return fail(Errc::usage, "this is a shipped burn-in's name; give yours another", path::display(burnin.name));
  }
  return catalog.setDocument(kBurnIn, burnin.name, text);
}

Status dropBurnIn(catalog::Catalog& catalog, const std::string& name) {
  if (isShipped(name)) return fail(Errc::usage, "shipped burn-ins stay", path::display(name));
  const auto kept = isKept(catalog, kBurnIn, name);
  if (!kept) return tl::unexpected(kept.error());
  if (!*kept) return fail(Errc::notFound, "there is no such burn-in", path::display(name));
  return catalog.setDocument(kBurnIn, name, {});
}

Result<std::vector<std::string>> allFramings(catalog::Catalog& catalog) {
  const auto documents = catalog.documents(kFraming);
  if (!documents) return tl::unexpected(documents.error());
  std::vector<std::string> names;
  for (const auto& document : *documents) names.push_back(document.name);
  return names;
}

Status keepFraming(catalog::Catalog& catalog, const std::string& name, const std::string& json) {
  if (json.empty()) return catalog.setDocument(kFraming, name, {});
  if (name.empty() || name.find('{') != std::string::npos || dailies::framingFor(name, {})) {
    return fail(Errc::usage, "a framing needs a name that is no aspect and has no braces", path::display(name));
  }
  if (auto good = checkFraming(json); !good) return good;
  return catalog.setDocument(kFraming, name, json);
}

Result<std::string> framingForFormat(catalog::Catalog& catalog, const std::string& said) {
  const auto kept = isKept(catalog, kFraming, said);
  if (!kept) return tl::unexpected(kept.error());
  if (said.empty() || *kept) return said;
  const std::string suffix = path::extension(said);
  if (said.front() != '{' && (suffix == "json" || suffix == "fdl")) {
    const auto text = readSmallFile(realFileSystem(), path::absolute(said), kMostBytes);
    if (!text) return tl::unexpected(text.error());
    std::string name = path::stem(said);
    if (auto done = keepFraming(catalog, name, *text); !done) return tl::unexpected(done.error());
    return name;
  }
  if (auto good = checkFraming(said); !good) return tl::unexpected(good.error());
  return said;
}

Status textsFor(catalog::Catalog& catalog, std::string& burnin, std::string& framing) {
  auto words = textOf(catalog, kBurnIn, burnin);
  if (!words) return tl::unexpected(words.error());
  auto shape = textOf(catalog, kFraming, framing);
  if (!shape) return tl::unexpected(shape.error());
  burnin = std::move(*words);
  framing = std::move(*shape);
  return {};
}

}  // namespace rollproof::session
