#!/bin/sh
# What the tests drive beside the product: Chromium, PostgreSQL's server, Redis, nginx, openssl, ffmpeg.
# Installs what is missing where apt-get and root are at hand; otherwise says what to install.
set -eu
browser="" wanted=""
[ -n "${CHROMIUM:-}" ] || command -v chromium-headless-shell >/dev/null || browser=chromium-headless-shell
ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || command -v postgres >/dev/null || wanted="$wanted postgresql"
command -v redis-server >/dev/null || wanted="$wanted redis-server"
command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || wanted="$wanted nginx"
command -v openssl >/dev/null || wanted="$wanted openssl"
command -v ffprobe >/dev/null || wanted="$wanted ffmpeg"
[ -n "$browser$wanted" ] || exit 0

install() { apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }
has_chromium() { command -v chromium >/dev/null; }
say_whole_chromium() {
  echo "Without the package chromium-headless-shell the browser tests run in the whole Chromium, which takes longer." >&2
}

if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  echo "==> Installing for the tests: $browser$wanted"
  export DEBIAN_FRONTEND=noninteractive
  # Packages start their daemons after installation; the tests start their own and leave the machine's ports alone.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    trap 'rm -f "$policy"' EXIT
  fi
  apt-get update -qq || [ -z "$wanted" ]
  if [ -n "$browser" ] && ! install "$browser"; then
    say_whole_chromium
    has_chromium || wanted="$wanted chromium"
  fi
  # shellcheck disable=SC2086 — a list of packages
  [ -z "$wanted" ] || install $wanted
else
  if [ -n "$browser" ] && has_chromium; then
    say_whole_chromium
    browser=""
  fi
  [ -n "$browser$wanted" ] || exit 0
  echo "The tests need: $browser$wanted" >&2
  echo "Install these packages, then run make test again (Chromium elsewhere: set CHROMIUM to its path)." >&2
  exit 1
fi
