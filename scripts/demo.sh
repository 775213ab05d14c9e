#!/usr/bin/env bash
# A one-box in a folder of its own; an R model and its Python twin published and called. KEEP=1 leaves it running.
set -euo pipefail
cd "$(dirname "$0")/.."

export PLINTH_HOME="${PLINTH_HOME:-$PWD/.demo}"
# Numbers from the packaged Node, because the system's may be older than what the product needs.
free_port() { scripts/node -e 'const s = require("net").createServer(); s.on("error", () => { const t = require("net").createServer().listen(0, () => { console.log(t.address().port); t.close(); }); }); s.listen(+process.argv[1], () => s.close(() => console.log(process.argv[1])));' "$1"; }

stop() { bin/plinth admin node stop >/dev/null; }
# What an interrupted earlier run left is stopped and forgotten: the demonstration always starts from nothing.
if [ -d "$PLINTH_HOME" ]; then
  stop 2>/dev/null || true
  rm -rf "$PLINTH_HOME"
fi

PLINTH_WEBNODE__Kestrel__Port=$(free_port 12800)
PLINTH_COMPUTENODE__Kestrel__Port=$(free_port 12805)
export PLINTH_WEBNODE__Kestrel__Port PLINTH_COMPUTENODE__Kestrel__Port PLINTH_COMPUTENODE__Pool__InitialSize=1
PLINTH_ADMIN_PASSWORD="Demo-$(scripts/node -e 'console.log(require("crypto").randomBytes(4).toString("hex"))')"
export PLINTH_ADMIN_PASSWORD

[ -n "${KEEP:-}" ] || trap stop EXIT
echo "Setting up a one-box in $PLINTH_HOME …"
bin/plinth admin node setup --onebox --output table
scripts/node scripts/demo.ts "http://localhost:$PLINTH_WEBNODE__Kestrel__Port"
if [ -n "${KEEP:-}" ]; then
  echo
  echo "Still running; user admin, password $PLINTH_ADMIN_PASSWORD. Stop it with:"
  echo "  PLINTH_HOME=$PLINTH_HOME bin/plinth admin node stop"
fi
