#include "http/server/socket.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>

#include "base/error.h"
#include "base/text.h"

namespace alohook {
namespace {

constexpr int backlog = 1024;

/// A descriptor that is closed unless it is released.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {
    if (number_ >= 0) fcntl(number_, F_SETFD, FD_CLOEXEC);
  }
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }
  int release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

std::string text_of(int error) { return std::generic_category().message(error); }

/// Formats an address without its port. IPv4 mapped into IPv6 is shown as IPv4.
std::string host_text(const sockaddr* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (address->sa_family == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(address)->sin_addr, text.data(), text.size());
  } else if (address->sa_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
    const bool is_mapped = IN6_IS_ADDR_V4MAPPED(&v6) != 0;
    inet_ntop(is_mapped ? AF_INET : AF_INET6, v6.s6_addr + (is_mapped ? 12 : 0), text.data(), text.size());
  }
  return text.data();
}

struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

/// Returns the host's addresses; if there are none, the reason is in `error`.
Addresses find_addresses(const std::string& host, std::uint16_t port, int* error = nullptr) {
  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int result =
      host.empty() ? EAI_NONAME : getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != nullptr) *error = result;
  return Addresses(result == 0 ? found : nullptr);
}

/// Returns whether the address belongs to this machine. Only such addresses can be bound.
bool is_own_address(const addrinfo& address) {
  const Descriptor probe(socket(address.ai_family, SOCK_STREAM, 0));
  sockaddr_storage copy{};
  std::memcpy(&copy, address.ai_addr, address.ai_addrlen);
  auto* any_port = reinterpret_cast<sockaddr*>(&copy);
  if (address.ai_family == AF_INET) reinterpret_cast<sockaddr_in*>(any_port)->sin_port = 0;
  if (address.ai_family == AF_INET6) reinterpret_cast<sockaddr_in6*>(any_port)->sin6_port = 0;
  return bind(probe.get(), any_port, address.ai_addrlen) == 0;
}

Addresses resolve(const std::string& host, std::uint16_t port) {
  int error = 0;
  Addresses addresses = find_addresses(host, port, &error);
  if (error != 0)
    throw Error(fmt::format("host \"{}\" has no address: {}", host, gai_strerror(error)),
                "give one of this machine's addresses with --host, such as 127.0.0.1");
  return addresses;
}

[[noreturn]] void fail_to_bind(const std::string& host, std::uint16_t port, int error) {
  if (error == EADDRINUSE)
    throw Error(fmt::format("port {} on \"{}\" is already in use", port, host),
                "stop the other program, or choose another port with --port (0 takes any free one)");
  if (error == EACCES)
    throw Error(fmt::format("no permission to listen on port {} of \"{}\"", port, host),
                "choose a port from 1024 on with --port");
  if (error == EADDRNOTAVAIL)
    throw Error(fmt::format("\"{}\" is not an address of this machine", host),
                "give one that is with --host, such as 127.0.0.1");
  throw Error(fmt::format("can't listen on port {} of \"{}\": {}", port, host, text_of(error)),
              "choose another address with --host and --port");
}

std::uint16_t bound_port(int descriptor) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &length) != 0) return 0;
  return ntohs(address.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(address).sin6_port
                                             : reinterpret_cast<sockaddr_in&>(address).sin_port);
}

sockaddr_un socket_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path || path.find('\0') != path.npos)
    throw Error(fmt::format("the socket path \"{}\" is too long", path),
                fmt::format("choose a path below {} bytes", sizeof address.sun_path));
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

/// Locks the directory of `path` until the returned descriptor is closed. Of two listeners that start at once, each would
/// take the other's socket, bound but not listening yet, for what a dead program left. Gives up after a second: in a
/// directory that many can open, a stranger may hold the lock.
int lock_directory_of(const std::string& path) {
  const std::string directory = std::filesystem::path(path).parent_path().string();
  const int descriptor = open(directory.empty() ? "." : directory.c_str(), O_RDONLY | O_DIRECTORY);
  for (int tries = 0; tries < 100 && flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
       ++tries)
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  return descriptor;
}

/// Removes what a dead program left at `path`; throws when it is not that.
void make_way(const std::string& path, const sockaddr_un& address) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) return;
  if (!S_ISSOCK(status.st_mode))
    throw Error(fmt::format("\"{}\" exists and is not a socket", path), "choose another path with --unix");

  const Descriptor probe(socket(AF_UNIX, SOCK_STREAM, 0));
  fcntl(probe.get(), F_SETFL, O_NONBLOCK);
  if (connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
      errno == ECONNREFUSED) {
    unlink(path.c_str());
    return;
  }
  throw Error(fmt::format("the socket \"{}\" is already in use", path),
              "stop the other program, or choose another path with --unix");
}

/// Listens on this address. If that fails, there is no descriptor, and the reason is in `error`.
ListeningSocket listen_at(const addrinfo& address, int& error) {
  Descriptor descriptor(socket(address.ai_family, SOCK_STREAM, 0));
  if (descriptor.get() < 0) {
    error = errno;
    return {};
  }
  const int on = 1;
  const int off = 0;
  setsockopt(descriptor.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (address.ai_family == AF_INET6)
    setsockopt(descriptor.get(), IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  if (bind(descriptor.get(), address.ai_addr, address.ai_addrlen) != 0 ||
      listen(descriptor.get(), backlog) != 0) {
    error = errno;
    return {};
  }
  const std::uint16_t bound = bound_port(descriptor.get());
  return {descriptor.release(), address.ai_family, bound};
}

ListeningSocket listen_on_first(const std::string& host, std::uint16_t port) {
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  const Addresses addresses = resolve(bracketed ? host.substr(1, host.size() - 2) : host, port);

  int error = EADDRNOTAVAIL;
  for (const addrinfo* a = addresses.get(); a != nullptr; a = a->ai_next) {
    const ListeningSocket socket = listen_at(*a, error);
    if (socket.descriptor >= 0) return socket;
    // Another address of the name may have this port free, but then two programs would share the port.
    if (error == EADDRINUSE) break;
  }
  fail_to_bind(host, port, error);
}

}  // namespace

std::vector<ListeningSocket> listen_on_port(const std::string& host, std::uint16_t port) {
  // A client may try either loopback address first, and some try no other one.
  constexpr int most_tries = 20;  // to find a port that is free on both
  for (int tries = 1;; ++tries) {
    const ListeningSocket first = listen_on_first(host, port);
    if (!equal_ignoring_case(host, "localhost")) return {first};
    const Addresses other = find_addresses(first.family == AF_INET6 ? "127.0.0.1" : "::1", first.port);
    int error = EADDRNOTAVAIL;
    const ListeningSocket second = other ? listen_at(*other, error) : ListeningSocket();
    if (second.descriptor >= 0) return {first, second};
    if (error != EADDRINUSE) return {first};  // the machine has no such address
    close(first.descriptor);
    if (port != 0 || tries == most_tries) fail_to_bind(host, first.port, error);
  }
}

ListeningSocket listen_on_file(const std::string& path) {
  const sockaddr_un address = socket_address(path);
  const Descriptor lock(lock_directory_of(path));
  make_way(path, address);
  Descriptor descriptor(socket(AF_UNIX, SOCK_STREAM, 0));
  // Nobody can connect before `listen`, so setting the mode here is early enough.
  if (bind(descriptor.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0 || listen(descriptor.get(), backlog) != 0)
    throw Error(fmt::format("can't listen on the socket \"{}\": {}", path, text_of(errno)),
                "choose a path in a directory that exists and that you can write to");
  struct stat status {};
  lstat(path.c_str(), &status);
  return {descriptor.release(), AF_UNIX, 0, status.st_dev, status.st_ino};
}

void remove_socket_file(const std::string& path, const ListeningSocket& socket) {
  struct stat status {};
  if (lstat(path.c_str(), &status) == 0 && status.st_dev == socket.device && status.st_ino == socket.file)
    unlink(path.c_str());
}

bool reaches(const ListeningSocket& socket, const std::string& path) {
  struct stat status {};
  return socket.family == AF_UNIX && stat(path.c_str(), &status) == 0 && status.st_dev == socket.device &&
         status.st_ino == socket.file;
}

bool reaches(const ListeningSocket& socket, const std::string& host, std::uint16_t port) {
  if (port != socket.port || socket.family == AF_UNIX) return false;
  sockaddr_storage bound{};
  socklen_t length = sizeof bound;
  if (getsockname(socket.descriptor, reinterpret_cast<sockaddr*>(&bound), &length) != 0) return false;
  const Addresses addresses = find_addresses(host, port);
  for (const addrinfo* a = addresses.get(); a != nullptr; a = a->ai_next) {
    const std::string address = host_text(a->ai_addr);
    const std::string own = host_text(reinterpret_cast<const sockaddr*>(&bound));
    const bool is_any = own == "0.0.0.0" || own == "::";
    if (address == own || (is_any && is_own_address(*a))) return true;
  }
  return false;
}

AcceptedSocket accept_connection(const ListeningSocket& socket) {
  sockaddr_storage peer{};
  auto* const address = reinterpret_cast<sockaddr*>(&peer);
  int descriptor = -1;
  do {
    socklen_t length = sizeof peer;
    descriptor = accept(socket.descriptor, address, &length);
  } while (descriptor < 0 && (errno == EINTR || errno == ECONNABORTED || errno == EPROTO));
  if (descriptor < 0) return {.error = errno == EWOULDBLOCK ? EAGAIN : errno};
  fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  fcntl(descriptor, F_SETFL, O_NONBLOCK);
  const int on = 1;
  if (socket.family != AF_UNIX) setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return {descriptor, socket.family == AF_UNIX ? "unix" : address_text(address)};
}

std::string address_text(const sockaddr* address) {
  const std::string host = host_text(address);
  if (address->sa_family == AF_INET)
    return fmt::format("{}:{}", host, ntohs(reinterpret_cast<const sockaddr_in*>(address)->sin_port));
  if (address->sa_family == AF_INET6) {
    const bool is_mapped = host.find(':') == host.npos;
    return fmt::format("{}{}{}:{}", is_mapped ? "" : "[", host, is_mapped ? "" : "]",
                       ntohs(reinterpret_cast<const sockaddr_in6*>(address)->sin6_port));
  }
  return "unix";
}

}  // namespace alohook
