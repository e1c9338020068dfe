#include "diagnosis/constructions.h"

namespace alohook {
namespace {

using enum CauseId;
using Kind = Method::Kind;

constexpr Template all_templates[] = {
    {none, "v0:<timestamp>:<body>", "v0:", ":"},
    {body_only, "<body>", {}, {}, false},
    {other_template, "<timestamp>.<body>", {}, "."},
    {other_template, "<timestamp>:<body>", {}, ":"},
    {other_template, "<timestamp><body>", {}, {}},
    {body_only, "the raw SHA-256 of <body>", {}, {}, false, false, BodyPart::sha256},
    {body_only, "the hex SHA-256 of <body>", {}, {}, false, false, BodyPart::sha256_hex},
    {body_only, "v0:<timestamp>:<hex SHA-256 of body>", "v0:", ":", true, false, BodyPart::sha256_hex},
    {other_template, "v0.<timestamp>.<body>", "v0.", "."},
    {other_template, "v0=<timestamp>:<body>", "v0=", ":"},
    {other_template, "v0:<body>:<timestamp>", "v0:", ":", true, true},
    {other_template, "v1:<timestamp>:<body>", "v1:", ":"},
    {other_template, "v0: <timestamp>: <body>", "v0: ", ": "},
    {other_template, "v0:<timestamp>.<body>", "v0:", ".", true, false, BodyPart::bytes, true},
    {other_template, "v0<timestamp><body>", "v0", {}, true, false, BodyPart::bytes, true},
    {other_template, "v0:<timestamp><body>", "v0:", {}, true, false, BodyPart::bytes, true},
    {other_template, "v0:<body>", "v0:", {}, false, false, BodyPart::bytes, true},
    {other_template, "<timestamp>, newline, <body>", {}, "\n", true, false, BodyPart::bytes, true},
    {other_template, "<body>.<timestamp>", {}, ".", true, true, BodyPart::bytes, true},
    {other_template, "<body>:<timestamp>", {}, ":", true, true, BodyPart::bytes, true},
    {other_template, "<body><timestamp>", {}, {}, true, true, BodyPart::bytes, true},
};

constexpr Method all_methods[] = {
    {none, "HMAC-SHA256", Kind::hmac, HashAlgorithm::sha256, 32},
    {key_message_swapped, "HMAC-SHA256 with the base string as its key", Kind::swapped_hmac,
     HashAlgorithm::sha256, 32},
    {other_hash, "SHA-256 of the secret followed by the base string", Kind::secret_then_message,
     HashAlgorithm::sha256, 32},
    {other_hash, "SHA-256 of the base string followed by the secret", Kind::message_then_secret,
     HashAlgorithm::sha256, 32},
    {other_hash, "SHA-256 of the base string, without the secret", Kind::message_only, HashAlgorithm::sha256,
     32},
    {other_hash, "HMAC-SHA1", Kind::hmac, HashAlgorithm::sha1, 20},
    {other_hash, "SHA-1 of the secret followed by the base string", Kind::secret_then_message,
     HashAlgorithm::sha1, 20},
    {other_hash, "SHA-1 of the base string followed by the secret", Kind::message_then_secret,
     HashAlgorithm::sha1, 20},
    {other_hash, "SHA-1 of the base string, without the secret", Kind::message_only, HashAlgorithm::sha1, 20},
    {other_hash, "HMAC-SHA512", Kind::hmac, HashAlgorithm::sha512, 64},
    {other_hash, "SHA-512 of the secret followed by the base string", Kind::secret_then_message,
     HashAlgorithm::sha512, 64},
    {other_hash, "SHA-512 of the base string followed by the secret", Kind::message_then_secret,
     HashAlgorithm::sha512, 64},
    {other_hash, "SHA-512 of the base string, without the secret", Kind::message_only, HashAlgorithm::sha512,
     64},
    {other_hash, "HMAC-MD5", Kind::hmac, HashAlgorithm::md5, 16},
    {other_hash, "MD5 of the secret followed by the base string", Kind::secret_then_message,
     HashAlgorithm::md5, 16},
    {other_hash, "MD5 of the base string followed by the secret", Kind::message_then_secret,
     HashAlgorithm::md5, 16},
    {other_hash, "MD5 of the base string, without the secret", Kind::message_only, HashAlgorithm::md5, 16},
};

}  // namespace

std::span<const Template> templates() { return all_templates; }

std::span<const Method> methods() { return all_methods; }

}  // namespace alohook
