// SPDX-License-Identifier: Apache-2.0
// A message bus of this test's own, and services on it that answer as the test wants.
// Threads: each service has one thread; what it noted is read through guarded copies.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace rollproof::test {

// While it lives, $DBUS_SYSTEM_BUS_ADDRESS names it.
class PrivateBus {
 public:
  PrivateBus() {
    std::string name = (std::filesystem::temp_directory_path() / "rollproof-bus-XXXXXX").native();
    m_folder = ::mkdtemp(name.data());
    const auto config = m_folder / "bus.conf";
    std::ofstream(config) << "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" "
                             "\"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\"><busconfig>"
                             "<type>session</type><listen>unix:path="
                          << (m_folder / "socket").native()
                          << "</listen><auth>EXTERNAL</auth><policy context=\"default\"><allow send_destination=\"*\"/>"
                             "<allow receive_sender=\"*\"/><allow own=\"*\"/></policy></busconfig>";
    int ready[2] = {-1, -1};
    if (::pipe(ready) != 0) return;
    m_daemon = ::fork();
    if (m_daemon == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGTERM);
      ::dup2(ready[1], 3);
      // It grumbles where it may not raise its limits; that it did not start is seen by the address.
      if (const int silence = ::open("/dev/null", O_WRONLY); silence >= 0) ::dup2(silence, STDERR_FILENO);
      ::execlp("dbus-daemon", "dbus-daemon", ("--config-file=" + config.native()).c_str(), "--nofork", "--nopidfile",
               "--print-address=3", nullptr);
      ::_exit(127);
    }
    ::close(ready[1]);
    std::string address;
    for (char c = 0; ::read(ready[0], &c, 1) == 1 && c != '\n';) address += c;
    ::close(ready[0]);
    if (address.empty()) return;
    m_address = address;
    ::setenv("DBUS_SYSTEM_BUS_ADDRESS", m_address.c_str(), 1);
  }
  ~PrivateBus() {
    ::unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
    if (m_daemon > 0) {
      ::kill(m_daemon, SIGTERM);
      ::waitpid(m_daemon, nullptr, 0);
    }
    std::filesystem::remove_all(m_folder);
  }
  PrivateBus(const PrivateBus&) = delete;
  PrivateBus& operator=(const PrivateBus&) = delete;
  [[nodiscard]] const std::string& address() const { return m_address; }  // "" where there is no dbus-daemon

 private:
  std::filesystem::path m_folder;
  pid_t m_daemon = -1;
  std::string m_address;
};

// Answers every call to the paths below `prefix`. A handler gives what sd-bus handlers give: 0 = not mine.
class BusService {
 public:
  using Handler = std::function<int(sd_bus_message*)>;
  BusService(const PrivateBus& bus, const char* name, const char* prefix, Handler handler)
      : m_handler(std::move(handler)) {
    REQUIRE(sd_bus_new(&m_bus) >= 0);
    REQUIRE(sd_bus_set_address(m_bus, bus.address().c_str()) >= 0);
    REQUIRE(sd_bus_set_bus_client(m_bus, 1) >= 0);
    REQUIRE(sd_bus_start(m_bus) >= 0);
    const auto answer = [](sd_bus_message* message, void* self, sd_bus_error*) {
      return static_cast<BusService*>(self)->m_handler(message);
    };
    REQUIRE(sd_bus_add_fallback(m_bus, nullptr, prefix, answer, this) >= 0);
    REQUIRE(sd_bus_request_name(m_bus, name, 0) >= 0);
    m_thread = std::jthread([this](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        const int result = sd_bus_process(m_bus, nullptr);
        if (result < 0) return;
        if (result == 0) sd_bus_wait(m_bus, 20'000);
      }
    });
  }
  ~BusService() {
    m_thread.request_stop();
    m_thread.join();
    sd_bus_flush_close_unref(m_bus);
  }
  BusService(const BusService&) = delete;
  BusService& operator=(const BusService&) = delete;

 private:
  sd_bus* m_bus = nullptr;
  Handler m_handler;
  std::jthread m_thread;
};

inline bool isCall(sd_bus_message* message, const char* interface, const char* member) {
  return sd_bus_message_is_method_call(message, interface, member) > 0;
}

inline int refuse(sd_bus_message* message, const std::string& error) {
  return sd_bus_reply_method_errorf(message, error.c_str(), "refused by the test");
}

// UDisks2 with the devices it is told of.
class FakeUdisks {
 public:
  struct Drive {
    bool ejectable = false, mediaRemovable = false, canPowerOff = false;
  };
  struct Device {
    std::string block;  // last part of the block object's path
    std::string drive;  // last part of the drive's; "" = none
    std::string unmountError;
    std::vector<std::string> really;  // folders to unmount for real, one a call
  };
  std::map<std::string, Device> devices;  // by device path; set before the service is made
  std::map<std::string, Drive> drives;
  std::string powerError;

  void serve(const PrivateBus& bus) {
    m_service = std::make_unique<BusService>(bus, "org.freedesktop.UDisks2", "/org/freedesktop/UDisks2",
                                             [this](sd_bus_message* message) { return answer(message); });
  }
  [[nodiscard]] std::vector<std::string> calls() {
    const std::scoped_lock lock(m_mutex);
    return m_calls;
  }

 private:
  static constexpr const char* kBlocks = "/org/freedesktop/UDisks2/block_devices/";
  static constexpr const char* kDrives = "/org/freedesktop/UDisks2/drives/";

  void note(const std::string& what) {
    const std::scoped_lock lock(m_mutex);
    m_calls.push_back(what);
  }

  int answer(sd_bus_message* message) {
    const std::string path = sd_bus_message_get_path(message);
    const std::string last = path.substr(path.rfind('/') + 1);
    if (isCall(message, "org.freedesktop.UDisks2.Manager", "ResolveDevice")) return resolve(message);
    if (isCall(message, "org.freedesktop.UDisks2.Filesystem", "Unmount")) {
      note("Unmount " + last);
      for (auto& [name, device] : devices) {
        if (device.block != last) continue;
        if (!device.unmountError.empty()) return refuse(message, device.unmountError);
        if (!device.really.empty()) {
          if (::umount2(device.really.front().c_str(), UMOUNT_NOFOLLOW) != 0)
            return refuse(message, "org.freedesktop.UDisks2.Error.DeviceBusy");
          device.really.erase(device.really.begin());
        }
        return sd_bus_reply_method_return(message, "");
      }
      return refuse(message, "org.freedesktop.UDisks2.Error.Failed");
    }
    for (const char* member : {"Eject", "PowerOff"}) {
      if (!isCall(message, "org.freedesktop.UDisks2.Drive", member)) continue;
      note(std::string(member) + " " + last);
      if (!powerError.empty()) return refuse(message, powerError);
      return sd_bus_reply_method_return(message, "");
    }
    if (isCall(message, "org.freedesktop.DBus.Properties", "Get")) return property(message, last);
    return 0;
  }

  int resolve(sd_bus_message* message) {
    const char *key = nullptr, *device = nullptr;
    if (sd_bus_message_enter_container(message, 'a', "{sv}") < 0 ||
        sd_bus_message_enter_container(message, 'e', "sv") < 0 || sd_bus_message_read(message, "s", &key) < 0 ||
        std::string(key) != "path" || sd_bus_message_read(message, "v", "s", &device) < 0)
      return refuse(message, "org.freedesktop.DBus.Error.InvalidArgs");
    const auto found = devices.find(device);
    if (found == devices.end()) return sd_bus_reply_method_return(message, "ao", 0U);
    return sd_bus_reply_method_return(message, "ao", 1U, (kBlocks + found->second.block).c_str());
  }

  int property(sd_bus_message* message, const std::string& last) {
    const char *interface = nullptr, *name = nullptr;
    if (sd_bus_message_read(message, "ss", &interface, &name) < 0) return -EINVAL;
    const std::string wanted = name;
    for (const auto& [path, device] : devices)
      if (device.block == last && wanted == "Drive")
        return sd_bus_reply_method_return(message, "v", "o",
                                          device.drive.empty() ? "/" : (kDrives + device.drive).c_str());
    const auto drive = drives.find(last);
    if (drive == drives.end()) return refuse(message, "org.freedesktop.DBus.Error.UnknownObject");
    const bool value = wanted == "Ejectable"        ? drive->second.ejectable
                       : wanted == "MediaRemovable" ? drive->second.mediaRemovable
                                                    : wanted == "CanPowerOff" && drive->second.canPowerOff;
    return sd_bus_reply_method_return(message, "v", "b", static_cast<int>(value));
  }

  std::mutex m_mutex;
  std::vector<std::string> m_calls;
  std::unique_ptr<BusService> m_service;
};

// logind that hands out locks, or refuses those that hold up what it is told.
class FakeLogind {
 public:
  std::string refused;  // "shutdown": no lock with it. Set before serve()
  void serve(const PrivateBus& bus) {
    m_service = std::make_unique<BusService>(bus, "org.freedesktop.login1", "/org/freedesktop/login1",
                                             [this](sd_bus_message* message) { return answer(message); });
  }
  ~FakeLogind() {
    m_service.reset();
    if (m_mine >= 0) ::close(m_mine);
  }
  [[nodiscard]] std::vector<std::string> asked() {
    const std::scoped_lock lock(m_mutex);
    return m_asked;
  }
  // Waits until the other side let go of its lock.
  [[nodiscard]] bool released() const {
    pollfd end{m_mine, 0, 0};
    return ::poll(&end, 1, 10'000) == 1 && (end.revents & POLLHUP) != 0;
  }
  [[nodiscard]] bool holding() const {
    pollfd end{m_mine, 0, 0};
    return ::poll(&end, 1, 0) == 0;
  }

 private:
  int answer(sd_bus_message* message) {
    if (!isCall(message, "org.freedesktop.login1.Manager", "Inhibit")) return 0;
    const char *what = nullptr, *who = nullptr, *why = nullptr, *mode = nullptr;
    if (sd_bus_message_read(message, "ssss", &what, &who, &why, &mode) < 0) return -EINVAL;
    {
      const std::scoped_lock lock(m_mutex);
      m_asked.push_back(std::string(what) + "|" + who + "|" + why + "|" + mode);
    }
    if (!refused.empty() && std::string(what).find(refused) != std::string::npos)
      return refuse(message, "org.freedesktop.DBus.Error.AccessDenied");
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0) return -errno;
    m_mine = ends[0];
    const int result = sd_bus_reply_method_return(message, "h", ends[1]);
    ::close(ends[1]);
    return result;
  }

  std::mutex m_mutex;
  std::vector<std::string> m_asked;
  int m_mine = -1;
  std::unique_ptr<BusService> m_service;
};

}  // namespace rollproof::test
