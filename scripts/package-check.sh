#!/usr/bin/env bash
# Packs the package, installs it in an empty folder without the optional parts and uses it as a newcomer would.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$root"
npx publint --strict
tarball=$(npm pack --silent --ignore-scripts --pack-destination "$folder")
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts --omit=optional "./$tarball"
npx firebreak --version
npx firebreak init . >/dev/null
npx firebreak lint
npx firebreak predict
cat > use.mjs <<'JS'
import { decide, parseDuration } from 'firebreak';
if (typeof decide !== 'function' || parseDuration('90s') !== 90000) throw new Error('the library entry is broken');
JS
node use.mjs
# Without the optional packages the lab must say what is missing.
set +e
npx firebreak demo >demo.out 2>&1
code=$?
set -e
test "$code" -eq 3
grep -q 'npm install' demo.out
echo "package check passed"
