// SPDX-License-Identifier: Apache-2.0
#include "core/volumes/system_bus.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace rollproof::volumes {

namespace {

Error fromBus(const sd_bus_error& problem, int result, const std::string& service) {
  const std::string_view name = problem.name ? problem.name : "";
  static constexpr std::array<std::string_view, 8> kAbsent{
      "org.freedesktop.DBus.Error.ServiceUnknown",   "org.freedesktop.DBus.Error.NameHasNoOwner",
      "org.freedesktop.DBus.Error.UnknownMethod",    "org.freedesktop.DBus.Error.UnknownObject",
      "org.freedesktop.DBus.Error.UnknownInterface", "org.freedesktop.DBus.Error.FileNotFound",
      "org.freedesktop.DBus.Error.Disconnected",     "org.freedesktop.DBus.Error.NoServer"};
  Errc code = Errc::failed;
  if (std::find(kAbsent.begin(), kAbsent.end(), name) != kAbsent.end() ||
      name.starts_with("org.freedesktop.DBus.Error.Spawn."))
    code = Errc::notFound;
  else if (name == "org.freedesktop.UDisks2.Error.DeviceBusy" || name == "org.freedesktop.UDisks2.Error.Busy")
    code = Errc::busy;
  else if (name.starts_with("org.freedesktop.UDisks2.Error.NotAuthorized") ||
           name == "org.freedesktop.DBus.Error.AccessDenied" ||
           name == "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired")
    code = Errc::permission;
  Error error = systemError(-result, service + " did not do it");
  error.code = code;
  if (problem.message) error.message = fmt::format("{} says: {}", service, problem.message);
  return error;
}

}  // namespace

Error unexpectedAnswer(const BusObject& object, int result) {
  return systemError(-result, object.service + " gave an answer of another shape");
}

Result<SystemBus> SystemBus::open() {
  sd_bus* bus = nullptr;
  if (const int result = sd_bus_open_system(&bus); result < 0) {
    Error error = systemError(-result, "the system's message bus is not there");
    error.code = Errc::notFound;
    return tl::unexpected(std::move(error));
  }
  return SystemBus(bus);
}

Result<BusMessage> SystemBus::call(const BusObject& object, const char* interface, const char* member,
                                   std::chrono::seconds longest, const std::function<int(sd_bus_message*)>& append) {
  sd_bus_message* made = nullptr;
  int result = sd_bus_message_new_method_call(m_bus.get(), &made, object.service.c_str(), object.path.c_str(),
                                              interface, member);
  const BusMessage request(made, &sd_bus_message_unref);
  // Whoever may has to be asked for a password, as when ejecting from the file browser.
  if (result >= 0) result = sd_bus_message_set_allow_interactive_authorization(made, 1);
  if (result >= 0) result = append(made);
  if (result < 0) return tl::unexpected(systemError(-result, "cannot ask " + object.service));
  sd_bus_error problem = SD_BUS_ERROR_NULL;
  sd_bus_message* answer = nullptr;
  const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(longest).count();
  result = sd_bus_call(m_bus.get(), request.get(), static_cast<std::uint64_t>(microseconds), &problem, &answer);
  if (result < 0) {
    Error error = fromBus(problem, result, object.service);
    sd_bus_error_free(&problem);
    return tl::unexpected(std::move(error));
  }
  return BusMessage(answer, &sd_bus_message_unref);
}

bool SystemBus::flag(const BusObject& object, const char* interface, const char* property) {
  int value = 0;
  return sd_bus_get_property_trivial(m_bus.get(), object.service.c_str(), object.path.c_str(), interface, property,
                                     nullptr, SD_BUS_TYPE_BOOLEAN, &value) >= 0 &&
         value != 0;
}

std::string SystemBus::objectPath(const BusObject& object, const char* interface, const char* property) {
  sd_bus_message* answer = nullptr;
  const int result = sd_bus_get_property(m_bus.get(), object.service.c_str(), object.path.c_str(), interface, property,
                                         nullptr, &answer, "o");
  const BusMessage owned(answer, &sd_bus_message_unref);
  const char* path = nullptr;
  if (result < 0 || sd_bus_message_read(answer, "o", &path) < 0) return {};
  return path;
}

}  // namespace rollproof::volumes
