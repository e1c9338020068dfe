#include "diagnosis/inflate.h"

#include <zlib.h>

#include <algorithm>
#include <climits>

namespace alohook {
namespace {

// A window size of 15 bits, plus 32 to detect gzip and zlib: see inflateInit2.
constexpr int gzip_or_zlib = 15 + 32;
constexpr int raw_deflate = -15;

struct Stream : z_stream {
  explicit Stream(int framing) : z_stream{} { is_ready = inflateInit2(this, framing) == Z_OK; }
  ~Stream() {
    if (is_ready) inflateEnd(this);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  bool is_ready;
};

std::optional<std::string> inflate_as(int framing, std::string_view data, std::size_t max_size) {
  Stream stream(framing);
  if (!stream.is_ready || data.size() > UINT_MAX) return std::nullopt;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  stream.avail_in = static_cast<uInt>(data.size());
  std::string out;
  int state = Z_OK;
  while (state == Z_OK) {
    if (out.size() >= max_size) return std::nullopt;
    const std::size_t before = out.size();
    out.resize(std::min(max_size, std::max<std::size_t>(2 * before, 4096)));
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream.avail_out = static_cast<uInt>(out.size() - before);
    state = inflate(&stream, Z_NO_FLUSH);
    out.resize(out.size() - stream.avail_out);
  }
  if (state != Z_STREAM_END || stream.avail_in != 0) return std::nullopt;
  return out;
}

}  // namespace

std::optional<std::string> decompress(std::string_view data, std::size_t max_size) {
  if (auto out = inflate_as(gzip_or_zlib, data, max_size)) return out;
  return inflate_as(raw_deflate, data, max_size);
}

}  // namespace alohook
