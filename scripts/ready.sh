#!/bin/sh
# Installs what package-lock.json names, if it is not there yet, and builds: what `npm start` and `npm test` need first.
set -e
cd "$(dirname "$0")/.."
if ! cmp -s package-lock.json node_modules/.svc-debug-lock 2>/dev/null; then
  npm ci --no-audit --no-fund --ignore-scripts --loglevel=error
  cp package-lock.json node_modules/.svc-debug-lock
fi
PATH="$PWD/node_modules/.bin:$PATH" node scripts/build.ts
