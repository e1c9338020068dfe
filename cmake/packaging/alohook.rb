# Homebrew formula. Replace the PLACEHOLDERs when you copy it into a tap: `shasum -a 256 ARCHIVE` prints the checksum.
class Alohook < Formula
  desc "Test webhook integrations with ALO: receive, send, check, explain"
  homepage "https://PLACEHOLDER.example/alohook"
  url "https://PLACEHOLDER.example/alohook/archive/v0.2.0.tar.gz"
  sha256 "PLACEHOLDER"
  license "MIT"

  depends_on "boost" => :build
  depends_on "cli11" => :build
  depends_on "cmake" => :build
  depends_on "fmt" => :build
  depends_on "ninja" => :build
  depends_on "nlohmann-json" => :build
  depends_on "pkgconf" => :build
  depends_on "tomlplusplus" => :build
  depends_on "openssl@3"
  depends_on "utf8proc"
  uses_from_macos "zlib"

  def install
    system "cmake", "-S", ".", "-B", "build", "-G", "Ninja", "-DALOHOOK_TESTS=OFF", *std_cmake_args
    system "cmake", "--build", "build"
    system "cmake", "--install", "build"
  end

  test do
    (testpath/"body.json").write '{"type":"action_created"}'
    ENV["ALOHOOK_SECRET"] = "formula-test"
    signature = shell_output("#{bin}/alohook sign body.json --timestamp 1795456800 --header-only").strip
    system bin/"alohook", "verify", "body.json", "--signature", signature,
           "--timestamp", "1795456800", "--now", "1795456800"
  end
end
