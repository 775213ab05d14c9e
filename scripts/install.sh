#!/usr/bin/env bash
# Installs what is missing: npm packages from the lockfile, then R and Python from the distribution.
# Fast when nothing is missing (no network, under a second).
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

install_npm_packages() {
  local stamp=node_modules/.plinth-lock
  if [ -f "$stamp" ] && cmp -s package-lock.json "$stamp"; then return; fi
  command -v npm >/dev/null || { say 'npm is missing: install Node.js 20 or newer with npm (https://nodejs.org).'; exit 1; }
  say 'Installing npm packages …'
  npm ci --no-audit --no-fund --loglevel=error >&2
  cp package-lock.json "$stamp"
}

# One Debian package per line of need: the test that tells it is there, the package.
missing_debian_packages() {
  local -A program=(
    [R]=r-base-core [bwrap]=bubblewrap [setpriv]=util-linux [python3]=python3 [make]=make
  )
  local name
  for name in "${!program[@]}"; do
    [ -x "/usr/bin/$name" ] || printf '%s\n' "${program[$name]}"
  done
  for name in numpy pandas sklearn dill matplotlib; do
    [ -d "/usr/lib/python3/dist-packages/$name" ] || printf 'python3-%s\n' "$name"
  done
  for name in rpart jsonlite; do
    [ -d "/usr/lib/R/library/$name" ] || [ -d "/usr/lib/R/site-library/$name" ] || printf 'r-cran-%s\n' "$name"
  done
}

install_debian_packages() {
  local missing
  missing=$(missing_debian_packages | sort -u | tr '\n' ' ')
  [ -n "${missing// /}" ] || return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    say "Please install first (Debian names): $missing"
    exit 1
  fi
  say "Installing from the distribution: $missing…"
  export DEBIAN_FRONTEND=noninteractive
  local quiet
  quiet=$(mktemp)
  # shellcheck disable=SC2086
  if ! { apt-get -o DPkg::Lock::Timeout=600 update && apt-get -o DPkg::Lock::Timeout=600 install -y --no-install-recommends $missing; } >"$quiet" 2>&1; then
    tail -n 20 "$quiet" >&2
    rm -f "$quiet"
    exit 1
  fi
  rm -f "$quiet"
}

install_npm_packages
install_debian_packages
