#!/usr/bin/env bash
# A one-box below ./.plinth on the default ports. The first run asks for the password of admin.
set -euo pipefail
cd "$(dirname "$0")/.."
export PLINTH_HOME="$PWD/.plinth"
if [ -f "$PLINTH_HOME/webnode/appsettings.json" ]; then
  bin/plinth admin node start --output table
else
  bin/plinth admin node setup --onebox --output table
fi
