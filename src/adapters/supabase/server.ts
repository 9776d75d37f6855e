import type { ConfigFact, IssuerConfig, IssuerFactMap } from '../../model/config.ts';
import { knownValue } from '../../model/config.ts';
import type { Bound } from '../../model/quantity.ts';
import { ZERO } from '../../model/quantity.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import type { Setting } from '../adapter.ts';
import type { ConfigNode } from '../config-node.ts';
import type { Container } from '../containers.ts';
import { containersOf } from '../containers.ts';
import { completeFacts, durationFact, explicitFact, flagFact, mapFact, textFact, unknownConfigFact } from '../facts.ts';
import { secretsOf } from '../secret.ts';

/** Variables that only the Auth server of Supabase reads. */
const OF_TOKENS = /^GOTRUE_(?:JWT_(?:SECRET|EXP|ISSUER|KEYS|AUD)|SECURITY_REFRESH_TOKEN_\w+|SESSIONS_\w+)$/;

/** Where its environment is written down. */
export function authServersOf(document: ConfigDocument): readonly Container[] {
  return containersOf(document).filter(({ environment }) =>
    [...environment.keys()].some((name) => OF_TOKENS.test(name)),
  );
}

export function readAuthServer(
  { name, node, image, environment }: Container,
  settings: readonly Setting[],
): IssuerConfig {
  const at = node.at;
  const variable = (key: string): ConfigNode | null => environment.get(`GOTRUE_${key}`) ?? null;
  // Only where a container is started, what is absent is known to be absent.
  const isWhole = image !== null;
  const elsewhere = <T>(fact: ConfigFact<T> | undefined): ConfigFact<T> | undefined =>
    fact ?? (isWhole ? undefined : unknownConfigFact(at, 'other settings may be set where it is started'));
  const timebox = elsewhere(durationFact(variable('SESSIONS_TIMEBOX'), 's'));
  const idle = elsewhere(durationFact(variable('SESSIONS_INACTIVITY_TIMEOUT'), 's'));
  const url = textFact(variable('JWT_ISSUER'));
  const detection = variable('SECURITY_REFRESH_TOKEN_ROTATION_ENABLED');
  const secret = variable('JWT_SECRET');
  return {
    kind: 'issuer',
    adapter: 'supabase',
    name,
    file: node.document.file,
    at,
    profile: null,
    product: { id: 'supabase', version: null },
    secrets: secretsOf(secret, 'hmac', { algorithm: 'HS256' }),
    remarks:
      detection !== null && knownValue(flagFact(detection)) === false
        ? [
            {
              kind: 'insecure-setting',
              message:
                'GOTRUE_SECURITY_REFRESH_TOKEN_ROTATION_ENABLED is off, so the second use of a stolen refresh token ends nothing',
              at: detection.at,
            },
          ]
        : [],
    inlineKeys: [],
    facts: completeFacts<IssuerFactMap>(
      settings,
      'issuer',
      {
        issuer: url,
        jwksUri: mapFact(url, (issuer) => `${issuer.replace(/(?<!\/)\/+$/, '')}/.well-known/jwks.json`),
        accessTokenLifetime: elsewhere(lifetime(variable('JWT_EXP'))),
        refreshTokenLifetime: timebox,
        sessionLifetime: timebox,
        refreshTokenIdle: idle,
        sessionIdle: idle,
        refreshReuseDetection: elsewhere(flagFact(detection)),
        refreshReuseGrace: elsewhere(durationFact(variable('SECURITY_REFRESH_TOKEN_REUSE_INTERVAL'), 's')) ?? {
          origin: 'default',
          value: ZERO,
          at,
          source: 'supabase/auth 2: internal/conf/configuration.go, RefreshTokenReuseInterval',
          versions: null,
        },
        signingAlgorithms:
          variable('JWT_KEYS') !== null
            ? unknownConfigFact(variable('JWT_KEYS')?.at ?? at, 'the keys say which')
            : secret === null
              ? undefined
              : explicitFact(['HS256'], secret.at),
      },
      at,
    ),
  };
}

/** Zero is the default (configuration.go, ApplyDefaults). */
function lifetime(node: ConfigNode | null): ConfigFact<Bound> | undefined {
  const fact = durationFact(node, 's');
  return knownValue(fact) === 0 ? undefined : fact;
}
