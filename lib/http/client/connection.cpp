#include "http/client/connection.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <system_error>
#include <utility>

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "base/visible.h"

namespace alohook {

namespace {

using std::chrono::steady_clock;

constexpr std::size_t max_send = 256 * 1024;
constexpr std::size_t max_joined_body = 64 * 1024;  // smaller bodies share a TLS record with their head
constexpr std::chrono::milliseconds interruptible{250};
constexpr short nothing_taken = -1;  // result of `push`: the peer is gone, and no byte was sent

struct Address {
  sockaddr_storage bytes{};
  socklen_t size = 0;
};

Address ip_address(const std::string& text, std::uint16_t port) {
  Address address;
  auto* v4 = reinterpret_cast<sockaddr_in*>(&address.bytes);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&address.bytes);
  if (inet_pton(AF_INET, text.c_str(), &v4->sin_addr) == 1) {
    v4->sin_family = AF_INET;
    v4->sin_port = htons(port);
    address.size = sizeof *v4;
  } else if (inet_pton(AF_INET6, text.c_str(), &v6->sin6_addr) == 1) {
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons(port);
    address.size = sizeof *v6;
  }
  return address;
}

Address unix_address(const std::string& path) {
  Address address;
  auto* local = reinterpret_cast<sockaddr_un*>(&address.bytes);
  local->sun_family = AF_UNIX;
  if (path.size() >= sizeof local->sun_path) {
    throw SendError{SendError::Kind::refused,
                    fmt::format("the socket file's path is too long: \"{}\"", visible(path))};
  }
  std::memcpy(local->sun_path, path.c_str(), path.size() + 1);
  address.size = sizeof *local;
  return address;
}

bool is_localhost(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  return host == "localhost" || host.ends_with(".localhost");
}

std::vector<Address> look_up(const Endpoint& endpoint) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(), &hints, &found);
  if (error != 0) {
    throw SendError{SendError::Kind::unresolved, fmt::format("the name \"{}\" has no address: {}",
                                                             visible(endpoint.host), gai_strerror(error))};
  }
  std::vector<Address> addresses;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    Address address;
    std::memcpy(&address.bytes, entry->ai_addr, entry->ai_addrlen);
    address.size = entry->ai_addrlen;
    addresses.push_back(address);
  }
  freeaddrinfo(found);
  return addresses;
}

std::vector<Address> addresses_of(const Endpoint& endpoint) {
  if (!endpoint.unix_path.empty()) return {unix_address(endpoint.unix_path)};
  auto texts = endpoint.addresses;
  // RFC 6761 section 6.3: these names always mean this machine, whatever a name server says.
  if (texts.empty() && is_localhost(endpoint.host)) texts = {"127.0.0.1", "::1"};
  if (texts.empty()) return look_up(endpoint);
  std::vector<Address> addresses;
  for (const auto& text : texts) addresses.push_back(ip_address(text, endpoint.port));
  return addresses;
}

[[noreturn]] void fail_interrupted() {
  throw SendError{SendError::Kind::interrupted, "interrupted before a response arrived"};
}

/// Waits for one of the events, an error or the deadline. Returns false at the deadline. Throws SendError if
/// interrupted.
bool wait_for(int socket, short events, Deadline deadline, const std::atomic<bool>* interrupt) {
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now()).count();
    if (left <= 0) return false;
    pollfd entry{.fd = socket, .events = events, .revents = 0};
    const std::int64_t most = interrupt == nullptr ? 60'000 : interruptible.count();
    const int ready = poll(&entry, 1, static_cast<int>(std::min<std::int64_t>(left, most)));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return true;  // the next operation on the socket reports the error
    if (interrupt != nullptr && *interrupt) fail_interrupted();
  }
}

/// Returns whether the connection leads to itself: if nobody listens on a port, the system may pick that port for our
/// end.
bool is_connected_to_itself(int socket) {
  sockaddr_storage own{}, other{};
  socklen_t own_size = sizeof own, other_size = sizeof other;
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&own), &own_size) != 0) return false;
  if (getpeername(socket, reinterpret_cast<sockaddr*>(&other), &other_size) != 0) return false;
  return own.ss_family != AF_UNIX && own_size == other_size && std::memcmp(&own, &other, own_size) == 0;
}

/// Returns the connected socket, or a negated errno.
int connect_to(const Address& address, Deadline deadline, const std::atomic<bool>* interrupt) {
  const int socket = ::socket(address.bytes.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (socket < 0) return -errno;
  int error = 0;
  if (connect(socket, reinterpret_cast<const sockaddr*>(&address.bytes), address.size) != 0) error = errno;
  if (error == EINPROGRESS) {
    socklen_t size = sizeof error;
    bool is_ready = false;
    try {
      is_ready = wait_for(socket, POLLOUT, deadline, interrupt);
    } catch (...) {
      close(socket);
      throw;
    }
    if (!is_ready) {
      error = ETIMEDOUT;
    } else if (getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
      error = errno;
    }
  }
  if (error == 0 && is_connected_to_itself(socket)) error = ECONNREFUSED;
  if (error != 0) {
    close(socket);
    return -error;
  }
  if (address.bytes.ss_family != AF_UNIX) {
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  // From here on, `Connection::read` may block inside `recv`: one system call per response instead of three.
  const timeval patience{.tv_sec = 0, .tv_usec = std::chrono::microseconds(interruptible).count()};
  setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  fcntl(socket, F_SETFL, fcntl(socket, F_GETFL) & ~O_NONBLOCK);
  return socket;
}

IoStep plain_step(ssize_t count, IoStep::Kind wait) {
  if (count > 0) return {IoStep::Kind::done, static_cast<std::size_t>(count)};
  if (count == 0) return {IoStep::Kind::ended};
  return {errno == EAGAIN || errno == EINTR ? wait : IoStep::Kind::reset};
}

}  // namespace

Connection::Connection(const Endpoint& endpoint, const ClientTlsContext* tls, Deadline deadline,
                       std::chrono::milliseconds patience)
    : interrupt_(endpoint.interrupt) {
  const auto addresses = addresses_of(endpoint);
  int error = 0;
  for (std::size_t i = 0; i < addresses.size() && socket_ < 0; ++i) {
    // Limit the time for each address, so that one that drops packets leaves time for the others.
    const auto now = steady_clock::now();
    const auto share = (deadline - now) / static_cast<int>(addresses.size() - i);
    const int result = connect_to(addresses[i], now + share, interrupt_.get());
    if (result >= 0) socket_ = result;
    if (error == 0) error = result;
  }
  if (socket_ < 0 && error == -ETIMEDOUT) {
    throw SendError{SendError::Kind::timed_out,
                    fmt::format("no connection to {} within {}", endpoint.name(), human_duration(patience))};
  }
  if (socket_ < 0) {
    throw SendError{SendError::Kind::refused, fmt::format("no connection to {}: {}", endpoint.name(),
                                                          std::generic_category().message(-error))};
  }
  try {
    if (tls != nullptr) shake_hands(endpoint, *tls, deadline, patience);
  } catch (...) {
    tls_.reset();
    close(socket_);
    throw;
  }
}

Connection::~Connection() {
  tls_.reset();
  close(socket_);
}

void Connection::shake_hands(const Endpoint& endpoint, const ClientTlsContext& tls, Deadline deadline,
                             std::chrono::milliseconds patience) {
  tls_ = std::make_unique<ClientTlsSession>(tls, socket_, endpoint.host);
  while (true) {
    const auto step = tls_->handshake();
    if (step.kind == IoStep::Kind::done) return;
    if (!wait_for(socket_, step.kind == IoStep::Kind::wait_writable ? POLLOUT : POLLIN, deadline,
                  interrupt_.get())) {
      throw SendError{SendError::Kind::timed_out,
                      fmt::format("no TLS handshake with {} within {} (does it speak TLS on this port?)",
                                  endpoint.name(), human_duration(patience))};
    }
  }
}

bool Connection::send(std::string head, std::string_view body) {
  head_ = std::move(head);
  body_ = body;
  if (tls_ && body_.size() <= max_joined_body) head_.append(std::exchange(body_, {}));
  sent_ = 0;
  reads_ = 0;
  return push() != nothing_taken;
}

/// Sends as much as possible without blocking. Returns the events to wait for before sending the rest.
short Connection::push() {
  while (has_unsent()) {
    const auto step = send_once();
    if (step.kind == IoStep::Kind::wait_writable) return POLLOUT;
    if (step.kind == IoStep::Kind::wait_readable) return POLLIN;
    // The peer doesn't read the rest. It may have sent a response anyway, so this isn't an error yet.
    if (step.kind != IoStep::Kind::done) return sent_ == 0 ? nothing_taken : short{0};
    sent_ += step.bytes;
  }
  return 0;
}

IoStep Connection::send_once() {
  const std::string_view head = std::string_view(head_).substr(std::min(sent_, head_.size()));
  const std::string_view body = body_.substr(sent_ - std::min(sent_, head_.size()), max_send);
  if (tls_) {
    const std::string_view part = head.empty() ? body : head;
    return tls_->write(part.data(), std::min(part.size(), max_send));
  }
  // Both with one call, from where they are.
  iovec parts[] = {{.iov_base = const_cast<char*>(head.data()), .iov_len = head.size()},
                   {.iov_base = const_cast<char*>(body.data()), .iov_len = body.size()}};
  msghdr message = {};
  message.msg_iov = parts;
  message.msg_iovlen = std::size(parts);
  return plain_step(::sendmsg(socket_, &message, MSG_NOSIGNAL | MSG_DONTWAIT), IoStep::Kind::wait_writable);
}

IoStep Connection::read_once(char* to, std::size_t size) {
  return tls_ ? tls_->read(to, size)
              : plain_step(::recv(socket_, to, size, MSG_DONTWAIT), IoStep::Kind::wait_readable);
}

/// Acknowledges received data immediately. Some servers send headers and body in two segments and wait for an
/// acknowledgment before the second. Linux delays it by 40 ms to combine it with outgoing data.
void Connection::acknowledge() {
#ifdef TCP_QUICKACK
  const int on = 1;
  ::setsockopt(socket_, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
#endif
}

ReadResult Connection::read(char* to, std::size_t size, Deadline deadline) {
  // A response in one segment, the usual case, needs no further system call. A long one is acknowledged as it arrives.
  constexpr unsigned pieces = 4;
  if (reads_ > 0 && reads_ < pieces) acknowledge();
  ++reads_;
  while (true) {
    const short to_push = std::max<short>(push(), 0);
    // Check every time, because a server that keeps sending never lets `wait_for` reach the deadline.
    const auto now = steady_clock::now();
    if (now >= deadline) return {ReadResult::Kind::timed_out};
    const bool waits_inside = !tls_ && !has_unsent() && deadline - now > interruptible;
    const auto step = waits_inside ? plain_step(::recv(socket_, to, size, 0), IoStep::Kind::wait_readable)
                                   : read_once(to, size);
    if (step.kind == IoStep::Kind::done) return {ReadResult::Kind::data, step.bytes};
    if (step.kind == IoStep::Kind::ended) return {ReadResult::Kind::end};
    if (step.kind == IoStep::Kind::reset) return {ReadResult::Kind::reset};
    if (waits_inside) {
      if (interrupt_ && *interrupt_) fail_interrupted();
      continue;
    }
    const short to_read = step.kind == IoStep::Kind::wait_writable ? POLLOUT : POLLIN;
    if (!wait_for(socket_, static_cast<short>(to_read | to_push), deadline, interrupt_.get()))
      return {ReadResult::Kind::timed_out};
  }
}

bool Connection::is_stale() {
  if (!tls_) {
    char byte = 0;
    return ::recv(socket_, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0 || (errno != EAGAIN && errno != EINTR);
  }
  pollfd entry{.fd = socket_, .events = POLLIN, .revents = 0};
  if (poll(&entry, 1, 0) == 0) return false;
  // A TLS server may have sent session tickets in the meantime. In plain HTTP, nothing should have arrived.
  return !tls_->is_quiet();
}

}  // namespace alohook
