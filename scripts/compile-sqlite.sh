#!/usr/bin/env bash
# Installs the real better-sqlite3 into a folder of its own, for the tests of it, and prints that
# folder: what STAGEWIRE_TEST_BETTER_SQLITE3 wants. It is compiled, which takes a minute or two and
# needs a compiler and python3.
set -euo pipefail

folder=$(mktemp -d)
echo '{"private":true}' >"$folder/package.json"
# With headers that came with Node, there are none to be fetched.
prefix=$(dirname "$(dirname "$(node -p process.execPath)")")
[ ! -d "$prefix/include/node" ] || export npm_config_nodedir=$prefix
npm install --prefix "$folder" --no-audit --no-fund better-sqlite3@12 >&2
echo "$folder"
