import { haproxyMapTarget } from './haproxy-map.ts';
import { haproxyTarget } from './haproxy.ts';
import { jsonTarget } from './json.ts';
import { redisTarget } from './redis.ts';
import type { RevocationTarget } from './target.ts';

/** Every target of `firebreak render`, in the order they are listed. */
export const REVOCATION_TARGETS: readonly RevocationTarget[] = [
  haproxyTarget,
  haproxyMapTarget,
  redisTarget,
  jsonTarget,
];
