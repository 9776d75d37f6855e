import { envoyTarget } from './envoy.ts';
import { haproxyMapTarget } from './haproxy-map.ts';
import { haproxyTarget } from './haproxy.ts';
import { istioTarget } from './istio.ts';
import { jsonTarget } from './json.ts';
import { nginxTarget } from './nginx.ts';
import { redisTarget } from './redis.ts';
import { statusListTarget } from './status-list.ts';
import { policyEnvoyTarget } from './policy-envoy.ts';
import { policyIstioTarget } from './policy-istio.ts';
import { policyKongTarget } from './policy-kong.ts';
import { policySpringTarget } from './policy-spring.ts';
import type { VerifierTarget } from './verifier-target.ts';
import type { RevocationTarget } from './target.ts';

/** Every target of `firebreak render --policy`. */
export const VERIFIER_TARGETS: readonly VerifierTarget[] = [
  policyEnvoyTarget,
  policyIstioTarget,
  policySpringTarget,
  policyKongTarget,
];

/** Every target of `firebreak render` for revocations, in the order they are listed. */
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
