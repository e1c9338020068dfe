#pragma once
// Part of server.cpp: listening, as the operating system does it.
#include <sys/socket.h>
#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace alohook {

/// A listening socket. Its owner closes it.
struct ListeningSocket {
  int descriptor = -1;
  int family = AF_UNSPEC;
  std::uint16_t port = 0;  ///< the port that was bound; 0 for a socket file
  dev_t device = 0;        ///< of a socket file
  ino_t file = 0;
};

/// Listens on the first address of `host` that belongs to this machine; for `localhost` on 127.0.0.1 and ::1, if the
/// machine has both, with the same port. `::` also accepts IPv4. Throws Error if the port is in use, the name has no
/// address, or the address doesn't belong to this machine.
std::vector<ListeningSocket> listen_on_port(const std::string& host, std::uint16_t port);

/// Listens on a socket file with mode 0600. Replaces a file left behind by a killed process. Throws Error if a running
/// one listens there, or if the path is something else.
ListeningSocket listen_on_file(const std::string& path);

/// Removes the socket file, unless it has been replaced by another program's file.
void remove_socket_file(const std::string& path, const ListeningSocket& socket);

/// Returns whether connecting to this host and port reaches this listening socket. Resolves the name.
bool reaches(const ListeningSocket& socket, const std::string& host, std::uint16_t port);

/// Returns whether connecting to this socket file reaches this listening socket.
bool reaches(const ListeningSocket& socket, const std::string& path);

/// A connection that was accepted; its owner closes it.
struct AcceptedSocket {
  int descriptor = -1;  ///< doesn't block, sends small packets at once, is not inherited by child processes
  std::string remote = {};  ///< `127.0.0.1:40000`, `[::1]:40000`, or `unix`
  int error = 0;            ///< why there is none; EAGAIN when none waits
};
AcceptedSocket accept_connection(const ListeningSocket& socket);

/// Formats as `127.0.0.1:40000`, `[::1]:40000` or `unix`. IPv4 mapped into IPv6 is shown as IPv4.
std::string address_text(const sockaddr* address);

}  // namespace alohook
