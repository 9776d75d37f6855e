#!/usr/bin/env bash
# Installs what test/atlas drives besides the products of scripts/install-products.sh: Keycloak, from Maven Central. It needs
# Java 17 and Maven. FIREBREAK_KEYCLOAK names the folder of another one.
set -uo pipefail
cd "$(dirname "$0")/.."
scripts/install-products.sh
version=26.0.7
place=node_modules/.cache/firebreak/keycloak

missing() { echo "$* is not installed here; the tests that drive it will not run" >&2; }

if [ -z "${FIREBREAK_KEYCLOAK:-}" ] && [ ! -x "$place/bin/kc.sh" ]; then
  if command -v java >/dev/null && command -v mvn >/dev/null && command -v unzip >/dev/null; then
    mkdir -p "$place.download"
    mvn -q dependency:copy "-Dartifact=org.keycloak:keycloak-quarkus-dist:$version:zip" "-DoutputDirectory=$PWD/$place.download" &&
      unzip -q -o "$place.download/keycloak-quarkus-dist-$version.zip" -d "$place.download" &&
      rm -rf "$place" && mv "$place.download/keycloak-$version" "$place" || missing "keycloak"
    rm -rf "$place.download"
  else
    missing "keycloak"
  fi
fi
exit 0
