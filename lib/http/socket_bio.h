#pragma once

// OpenSSL's own name, so that its headers stay out of here.
struct bio_st;

namespace alohook {

/// Makes a BIO over a socket that doesn't own it and never blocks. OpenSSL's own writes without MSG_NOSIGNAL: a
/// connection that went away would end the program by SIGPIPE.
bio_st* make_socket_bio(int socket);

}  // namespace alohook
