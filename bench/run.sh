#!/usr/bin/env bash
# Plinth next to its peers, interleaved on this machine: the peers of run-peers.sh and a one-box with the same models.
#   bench/run.sh                              all jobs, concurrency 1, 8 and 32, three rounds
#   bench/run.sh --jobs A,CR --conc 32        any option of load/bench.py
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd .. && pwd)

packages='r-cran-plumber r-cran-rserve r-cran-httpuv r-cran-jsonlite r-cran-rpart r-cran-randomforest python3-fastapi python3-uvicorn
  python3-uvloop python3-httptools python3-ujson python3-gunicorn gunicorn python3-flask haproxy wrk'
for package in $packages; do
  dpkg -s "$package" >/dev/null 2>&1 || missing="${missing:-} $package"
done
if [ -n "${missing:-}" ]; then
  [ "$(id -u)" = 0 ] || { echo "Please install first (Debian names):$missing" >&2; exit 1; }
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 install -y --no-install-recommends $missing >/dev/null
fi

export PLINTH_HOME="$PWD/run/home"
export PLINTH_WEBNODE__Kestrel__Port=18800 PLINTH_COMPUTENODE__Kestrel__Port=18805 PLINTH_COMPUTENODE__Pool__InitialSize=1
PLINTH_ADMIN_PASSWORD="Bench-$(head -c 4 /dev/urandom | od -An -tx1 | tr -d ' \n')"
export PLINTH_ADMIN_PASSWORD

finish() {
  "$root/bin/plinth" admin node stop >/dev/null 2>&1 || true
  ./run-peers.sh down
}
trap finish EXIT INT TERM

mkdir -p run results
rm -rf "$PLINTH_HOME"
./run-peers.sh up
"$root/bin/plinth" admin node setup --onebox >/dev/null
"$root/scripts/node" publish-jobs.ts http://localhost:18800 >run/plinth-targets.json
./run-peers.sh bench --targets run/plinth-targets.json --base "${BASE:-plinth}" --out "results/$(date +%Y%m%d-%H%M%S).jsonl" "$@"
