#pragma once
// Part of server.cpp: the operating system's side of listening.
#include <sys/socket.h>
#include <sys/types.h>

#include <cstdint>
#include <string>

namespace alohook {

/// A socket that listens; its owner closes it.
struct ListeningSocket {
  int descriptor = -1;
  int family = AF_UNSPEC;
  std::uint16_t port = 0;  ///< the one that was bound; 0 for a socket file
  dev_t device = 0;        ///< of a socket file
  ino_t file = 0;
};

/// Listens on the first address that `host` has here. `::` takes IPv4 too.
/// Throws Error when the port is taken, the name has no address, or the address is not this machine's.
ListeningSocket listen_on_port(const std::string& host, std::uint16_t port);

/// Listens on a socket file with mode 0600. Replaces a file that a program left behind when it was killed; throws Error
/// when a running one listens there, or when the path is something else.
ListeningSocket listen_on_file(const std::string& path);

/// Removes the socket file, unless another program's file has taken its path meanwhile.
void remove_socket_file(const std::string& path, const ListeningSocket& socket);

/// Returns whether connecting to this host and port reaches the socket that listens. Resolves the name.
bool reaches(const ListeningSocket& socket, const std::string& host, std::uint16_t port);

/// Returns whether connecting to this socket file reaches the socket that listens.
bool reaches(const ListeningSocket& socket, const std::string& path);

/// Prepares an accepted connection: small packets go out at once, child processes don't inherit it.
void prepare_connection(int descriptor, int family);

/// Formats as `127.0.0.1:40000`, `[::1]:40000` or `unix`; IPv4 inside IPv6 is shown as IPv4.
std::string address_text(const sockaddr* address);

}  // namespace alohook
