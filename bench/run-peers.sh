#!/bin/bash
# Starts every peer server on 127.0.0.1 (each in its own process group), waits until it answers, runs the interleaved load
# (load/bench.py "$@"), then stops exactly what it started (by process group id).
#   ./run-peers.sh --out results/x.jsonl [--jobs A,CR] [--conc 1,8,32] [--rounds 3] [--secs 3] [--targets more.json] [--only regex]
#   ./run-peers.sh up    start the peers and leave them running (run/pids: name=pgid)        ./run-peers.sh down   stop them
# A product under test is added with its own targets file: --targets product.json (same request bodies; headers carry the JWT),
# and its process group for CPU accounting with a line "name=pgid" appended to run/pids (target field "srv": ["name"]).
cd "$(dirname "$0")"; mkdir -p run logs results
ulimit -n 4096
[ -f models/cars_glm.rds ] || { Rscript --vanilla models/make_models.R && /usr/bin/python3 models/make_models.py; } >/dev/null
[ -f bodies/A.txt ] || /usr/bin/python3 bodies/make_bodies.py
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1
PY=/usr/bin/python3
start() { # name dir cmd...
  local name=$1 dir=$2; shift 2
  setsid bash -c 'cd "$1"; shift; exec "$@"' _ "$dir" "$@" >"logs/$name.log" 2>&1 &
  echo "$name=$!" >>run/pids
}
wait_port() { for i in $(seq 300); do (exec 3<>/dev/tcp/127.0.0.1/$1) 2>/dev/null && return 0; sleep 0.1; done; echo "port $1 never opened" >&2; return 1; }
down() {
  [ -f run/pids ] || return 0
  for l in $(cat run/pids); do kill -TERM -- "-${l#*=}" 2>/dev/null; done; sleep 1
  for l in $(cat run/pids); do kill -KILL -- "-${l#*=}" 2>/dev/null; done; rm -f run/pids
}
up() {
  : >run/pids
  [ -f models/cars_glm.rds ] || exit 1
  PORT=8101 start plumber1 . Rscript --vanilla peers/plumber_app.R
  PORT=8102 start plumber2 . Rscript --vanilla peers/plumber_app.R
  start haproxy . haproxy -db -f peers/haproxy.cfg
  PORT=8120 QAP_PORT=8121 start rserve . Rscript --vanilla peers/rserve_http.R
  start fastapi1 peers $PY -m uvicorn fastapi_app:app --host 127.0.0.1 --port 8201 --log-level warning --no-access-log --loop uvloop --http httptools
  start fastapi2 peers $PY -m uvicorn fastapi_app:app --host 127.0.0.1 --port 8202 --workers 2 --log-level warning --no-access-log --loop uvloop --http httptools
  start flask2 peers $PY -m gunicorn flask_app:app -b 127.0.0.1:8203 -w 2 --log-level warning --preload
  start flask2g peers $PY -m gunicorn flask_app:app -b 127.0.0.1:8204 -w 2 -k gthread --threads 4 --log-level warning --preload
  for p in 8101 8102 8110 8111 8112 8120 8121 8201 8202 8203 8204; do wait_port $p || { down; exit 1; }; done
  sleep 1
}
case "$1" in
  up) up; echo "peers up: $(tr '\n' ' ' <run/pids)";;
  down) down;;
  bench) shift; $PY load/bench.py --targets peers/targets.json "$@";;   # peers already up
  *) trap down EXIT INT TERM; up; $PY load/bench.py --targets peers/targets.json "$@";;
esac
