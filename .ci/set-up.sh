#!/bin/sh
# Installs what is missing for a job, and says what it installs.
#
#   sh .ci/set-up.sh build            what a build needs
#   sh .ci/set-up.sh build chromium firefox webkit
#                                     what the tests in browsers need besides; Chromium is
#                                     whole, and without windows, WebKit has a screen to be on
#   sh .ci/set-up.sh build sanitizers what the sanitized build needs: clang
#   sh .ci/set-up.sh build fuzz       what the fuzz targets need: clang and its libFuzzer
#   sh .ci/set-up.sh build lint       clang-format and clang-tidy
#   sh .ci/set-up.sh build coverage   gcovr
#   sh .ci/set-up.sh build chromium current-emscripten
#                                     what .ci/current-emscripten.sh needs
#
# On Debian 12 the packages are Debian's. An emcc that is on the PATH already, or
# a browser named by $CHROMIUM or $FIREFOX, is used as it is.
set -eu
cd "$(dirname "$0")/.."

missing=''
need() { # need COMMAND PACKAGE...
  command -v "$1" >/dev/null 2>&1 && return
  shift
  missing="$missing $*"
}
need_header() { # need_header FILE PACKAGE
  [ -e "/usr/include/$1" ] || [ -e "/usr/local/include/$1" ] || missing="$missing $2"
}
# Debian's clang only recommends its runtimes: the sanitizers' and libFuzzer.
has_runtime() { # has_runtime NAME
  command -v clang++ >/dev/null 2>&1 &&
    find "$(clang++ -print-resource-dir)" -name "libclang_rt.$1*" 2>/dev/null | grep -q .
}
need_clang_with() {
  need clang++ clang
  has_runtime "$1" || missing="$missing libclang-rt-dev"
}

if ! node -e 'const [major, minor] = process.versions.node.split("."); process.exit(major > 20 || major === "20" && minor >= 19 ? 0 : 1)' 2>/dev/null ||
  ! command -v npm >/dev/null 2>&1; then
  echo 'set-up: Node 20.19 or newer and npm must be there; see https://nodejs.org' >&2
  exit 1
fi

for job in "$@"; do
  case $job in
    build)
      need c++ g++
      need cmake cmake
      need ninja ninja-build
      need emcc emscripten
      need_header nlohmann/json.hpp nlohmann-json3-dev
      need_header doctest/doctest.h doctest-dev
      ;;
    chromium)
      if [ -z "${CHROMIUM:-}" ] && ! command -v chromium-browser >/dev/null 2>&1 &&
        ! command -v google-chrome >/dev/null 2>&1; then
        need chromium chromium
        need chromium-headless-shell chromium-headless-shell
      fi
      ;;
    firefox)
      if [ -z "${FIREFOX:-}" ] && ! command -v firefox >/dev/null 2>&1; then
        need firefox-esr firefox-esr
      fi
      ;;
    webkit)
      need WebKitWebDriver webkit2gtk-driver
      need Xvfb xvfb
      ;;
    sanitizers)
      need_clang_with asan
      ;;
    fuzz)
      need_clang_with fuzzer
      ;;
    lint)
      need clang-format clang-format
      need clang-tidy clang-tidy
      ;;
    coverage)
      need gcovr gcovr
      ;;
    current-emscripten)
      need debootstrap debootstrap
      ;;
    *)
      echo "set-up: expected 'build', 'chromium', 'firefox', 'webkit', 'sanitizers', 'fuzz', 'lint', 'coverage' or 'current-emscripten', got '$job'" >&2
      exit 1
      ;;
  esac
done

# npm leaves a copy of the lock file behind when it has installed everything. It works on the
# network and apt-get on the disk, so both go on at once.
npm_install=''
if ! [ -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  echo 'set-up: installing npm packages'
  npm ci --no-audit --no-fund --loglevel=error &
  npm_install=$!
  trap 'kill "$npm_install" 2>/dev/null || true' EXIT
fi

if [ -n "$missing" ]; then
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "set-up: there is no apt-get here; please install (by Debian's names):$missing" >&2
    exit 1
  fi
  as_root=''
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
      echo "set-up: please run as root: apt-get update && apt-get install --no-install-recommends$missing" >&2
      exit 1
    fi
    as_root=sudo
  fi
  # Emscripten's package brings Debian's Node, which is 18, to /usr/bin/node. A Node
  # of another package satisfies it; one that was copied or linked there would be lost.
  if [ -e /usr/bin/node ] && ! dpkg -S /usr/bin/node >/dev/null 2>&1; then
    echo 'set-up: keeping /usr/bin/node as it is; a Node from Debian becomes /usr/bin/node.debian'
    $as_root dpkg-divert --quiet --local --no-rename --divert /usr/bin/node.debian --add /usr/bin/node
  fi
  echo "set-up: installing Debian packages:$missing"
  $as_root apt-get update -qq
  # shellcheck disable=SC2086 # a list of names
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -qq -y --no-install-recommends $missing >/dev/null
fi

if [ -n "$npm_install" ]; then
  wait "$npm_install"
  trap - EXIT
fi
