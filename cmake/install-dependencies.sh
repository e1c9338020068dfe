#!/bin/sh
# Installs what alohook needs and what is missing on this machine, with its own package manager:
#
#   sh cmake/install-dependencies.sh            to build
#   sh cmake/install-dependencies.sh --tests    to build and to run the tests
#   sh cmake/install-dependencies.sh --ci       the same, and what tests need that are otherwise skipped,
#                                               and the tools for the format and lint checks
#
# If nothing is missing, it does nothing, and needs neither root nor a network.
set -eu

fail() {
  printf 'install-dependencies: %s\n' "$1" >&2
  [ -z "${2:-}" ] || printf '  %s\n' "$2" >&2
  exit 1
}

tests=no
ci=no
for argument in "$@"; do
  case $argument in
    --tests) tests=yes ;;
    --ci) tests=yes ci=yes ;;
    *) fail "unknown argument '$argument'" "usage: sh cmake/install-dependencies.sh [--tests | --ci]" ;;
  esac
done

# For each package manager: `needed`, and what the flags add. `package:command` counts as installed if the command
# exists, wherever it came from. `fetchable` are small libraries that the build downloads itself if the distribution has
# no package.
if command -v apt-get >/dev/null; then
  manager=apt
  needed="g++:g++ cmake:cmake ninja-build:ninja pkg-config:pkg-config ca-certificates libssl-dev libboost-dev zlib1g-dev"
  fetchable="libcli11-dev nlohmann-json3-dev libfmt-dev libtomlplusplus-dev libutf8proc-dev"
  fetchable_for_tests="catch2 libcpp-httplib-dev"
  for_tests="python3:python3 openssl:openssl python3-jsonschema python3-pyte"
  for_ci="git:git ccache:ccache clang-format:clang-format clang-tidy:clang-tidy clang:clang++ libclang-rt-dev lintian:lintian man-db:man mandoc:mandoc
          bash:bash zsh:zsh fish:fish nodejs:node npm:npx node-express python3-flask ruby:ruby ruby-actionpack puma debootstrap:debootstrap
          chromium:chromium chromium-driver:chromedriver python3-selenium
          python3-django python3-fastapi python3-uvicorn python3-aiohttp ruby-sinatra php-cli:php nginx-light:nginx strace:strace"
elif command -v dnf >/dev/null; then
  manager=dnf
  needed="gcc-c++:g++ cmake:cmake ninja-build:ninja pkgconf-pkg-config:pkg-config openssl-devel boost-devel zlib-devel"
  fetchable="cli11-devel json-devel fmt-devel tomlplusplus-devel utf8proc-devel"
  fetchable_for_tests="catch-devel cpp-httplib-devel"
  for_tests="python3:python3 openssl:openssl python3-jsonschema"
  for_ci="git:git ccache:ccache clang-tools-extra:clang-tidy mandoc:mandoc bash:bash zsh:zsh fish:fish nodejs:node python3-flask ruby:ruby
          strace:strace"
elif command -v pacman >/dev/null; then
  manager=pacman
  needed="gcc:g++ cmake:cmake ninja:ninja pkgconf:pkg-config openssl boost zlib"
  fetchable="cli11 nlohmann-json fmt tomlplusplus libutf8proc"
  fetchable_for_tests="catch2 cpp-httplib"
  for_tests="python:python3 python-jsonschema"
  for_ci="git:git ccache:ccache clang:clang-tidy mandoc:mandoc bash:bash zsh:zsh fish:fish nodejs:node python-flask ruby:ruby
          strace:strace"
elif command -v brew >/dev/null; then
  manager=brew
  needed="cmake:cmake ninja:ninja pkgconf:pkg-config openssl@3 boost zlib"
  fetchable="cli11 nlohmann-json fmt tomlplusplus utf8proc"
  fetchable_for_tests="catch2 cpp-httplib"
  for_tests="python@3:python3"
  for_ci="git:git ccache:ccache llvm:clang-tidy mandoc:mandoc bash:bash zsh:zsh fish:fish node:node ruby:ruby"
  command -v c++ >/dev/null || fail "there is no C++ compiler" "xcode-select --install"
else
  fail "none of apt-get, dnf, pacman and brew is here" \
    "install a C++20 compiler, CMake 3.25, ninja, pkg-config, OpenSSL 3 and Boost 1.74 yourself; the build fetches the rest"
fi

is_installed() {
  case $manager in
    apt) dpkg-query -W -f='${db:Status-Abbrev}' "$1" 2>/dev/null | grep -q '^ii' ;;
    dnf) rpm -q --whatprovides "$1" >/dev/null 2>&1 ;;
    pacman) pacman -T "$1" >/dev/null 2>&1 ;;
    brew) brew list --versions "$1" >/dev/null 2>&1 ;;
  esac
}

is_available() {
  case $manager in
    apt) apt-cache show "$1" >/dev/null 2>&1 ;;
    dnf) dnf -q list "$1" >/dev/null 2>&1 ;;
    pacman) pacman -Si "$1" >/dev/null 2>&1 ;;
    brew) brew info "$1" >/dev/null 2>&1 ;;
  esac
}

missing_of() {
  for entry in "$@"; do
    package=${entry%%:*}
    command=${entry#"$package"}
    command=${command#:}
    if [ -n "$command" ] && command -v "$command" >/dev/null; then continue; fi
    is_installed "$package" || printf '%s ' "$package"
  done
}

[ "$tests" = no ] || needed="$needed $for_tests" fetchable="$fetchable $fetchable_for_tests"
[ "$ci" = no ] || needed="$needed $for_ci"
# shellcheck disable=SC2086 # lists of words, here and below
missing=$(missing_of $needed)
# shellcheck disable=SC2086
missing_fetchable=$(missing_of $fetchable)

check_cmake() {
  version=$(cmake --version | sed -n 's/^cmake version \([0-9]*\.[0-9]*\).*/\1/p')
  major=${version%%.*}
  minor=${version#*.}
  [ $((major * 1000 + minor)) -ge 3025 ] ||
    fail "CMake $version is too old; 3.25 is needed" "pip install cmake, or see cmake.org/download"
}

if [ -z "$missing$missing_fetchable" ]; then
  check_cmake
  echo "install-dependencies: everything is there"
  exit 0
fi

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}
if [ "$manager" != brew ] && [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
  case $manager in
    apt) line="apt-get update && apt-get install -y --no-install-recommends" ;;
    dnf) line="dnf install -y" ;;
    pacman) line="pacman -Sy --needed" ;;
  esac
  fail "packages are missing, and only root can install them (there is no sudo). Run this as root, then try again:" \
    "$line $missing$missing_fetchable"
fi

refresh() {
  case $manager in
    apt) as_root apt-get -q update ;;
    pacman) as_root pacman -Sy --noconfirm ;;
    *) ;;
  esac
}

install() {
  case $manager in
    apt) as_root env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "$@" ;;
    dnf) as_root dnf -q install -y "$@" ;;
    pacman) as_root pacman -S --noconfirm --needed "$@" ;;
    brew) HOMEBREW_NO_AUTO_UPDATE=1 brew install "$@" ;;
  esac
}

# Mirrors fail occasionally, so everything is tried three times. The script fails with what fails the third time.
attempt=1
while :; do
  refreshed=yes
  refresh || refreshed=no
  wanted=$missing
  for package in $missing_fetchable; do
    if is_available "$package"; then
      wanted="$wanted$package "
    else
      echo "install-dependencies: $package is not packaged here; the build will fetch it"
    fi
  done
  echo "install-dependencies: installing $wanted"
  # shellcheck disable=SC2086
  if [ "$refreshed" = yes ] && { [ -z "$wanted" ] || install $wanted; }; then break; fi
  [ "$attempt" -lt 3 ] || fail "installing failed three times: $wanted"
  echo "install-dependencies: that failed; trying again in $((attempt * 5)) s" >&2
  sleep $((attempt * 5))
  attempt=$((attempt + 1))
done
check_cmake
