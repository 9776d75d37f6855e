import { envoyTarget } from './envoy.ts';
import { haproxyMapTarget } from './haproxy-map.ts';
import { haproxyTarget } from './haproxy.ts';
import { istioTarget } from './istio.ts';
import { jsonTarget } from './json.ts';
import { nginxTarget } from './nginx.ts';
import { redisTarget } from './redis.ts';
import { statusListTarget } from './status-list.ts';
import type { RevocationTarget } from './target.ts';

/** Every target of `firebreak render`, in the order they are listed. */
export const REVOCATION_TARGETS: readonly RevocationTarget[] = [
  envoyTarget,
  istioTarget,
  haproxyTarget,
  haproxyMapTarget,
  nginxTarget,
  redisTarget,
  statusListTarget,
  jsonTarget,
];
