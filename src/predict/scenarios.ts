import type { ChannelKey, Scenario } from '../model/policy.ts';
import type { Arm, BoundTree } from '../model/prediction.ts';
import { ACCESS_TOKEN_KEYS, accessTokenBound, endsAccessTokens } from './access-token.ts';
import { channelAssumptions } from './channels.ts';
import { CLIENT_KEYS, clientBound } from './client.ts';
import type { VerifierFacts } from './facts.ts';
import { hmacSecretBound, holdsSecrets } from './hmac-secret.ts';
import { FAMILY_KEYS, refreshTokenBound } from './refresh-token.ts';
import { SIGNING_KEY_KEYS, signingKeyBound } from './signing-key.ts';
import { SESSION_KEYS, userSessionBound } from './user-session.ts';

/** How one scenario is predicted. */
export interface ScenarioModel {
  readonly scenario: Scenario;
  /** Arms that can differ. */
  readonly arms: readonly Arm[];
  /** What a channel must be able to name to end it. */
  readonly keys: readonly ChannelKey[];
  /** Whether this can leak here at all. */
  readonly concerns: (facts: VerifierFacts) => boolean;
  /** Whether the answer of the issuer about a token can end it. */
  readonly introspects: (facts: VerifierFacts) => boolean;
  readonly bound: (facts: VerifierFacts, arm: Arm) => BoundTree;
  readonly assumes: (facts: VerifierFacts, arm: Arm) => readonly string[];
}

const QUIET: readonly Arm[] = ['quiet'];
const always = (): boolean => true;
const never = (): boolean => false;

/** Every scenario, in the order of its name. */
export const SCENARIO_MODELS: readonly ScenarioModel[] = [
  {
    scenario: 'access_token',
    arms: QUIET,
    keys: ACCESS_TOKEN_KEYS,
    concerns: always,
    introspects: always,
    bound: accessTokenBound,
    assumes: expClaims,
  },
  {
    scenario: 'client',
    arms: QUIET,
    keys: CLIENT_KEYS,
    concerns: always,
    introspects: endsAccessTokens,
    bound: clientBound,
    assumes: (facts) => [
      ...expClaims(facts),
      'the issuer refuses codes and refresh tokens of a client that it refuses (RFC 6749 section 6)',
    ],
  },
  {
    scenario: 'hmac_secret',
    arms: QUIET,
    keys: SIGNING_KEY_KEYS,
    concerns: holdsSecrets,
    introspects: never,
    bound: hmacSecretBound,
    assumes: () => [
      'deploy_time covers everybody who signs or verifies with the secret, and the old one is not accepted beside the new one',
    ],
  },
  {
    scenario: 'refresh_token',
    arms: QUIET,
    keys: FAMILY_KEYS,
    concerns: always,
    introspects: endsAccessTokens,
    bound: refreshTokenBound,
    assumes: (facts) => [
      ...expClaims(facts),
      ...(facts.issuer.refreshToken.reuseDetection.value === 'revoke_family'
        ? []
        : ['refresh tokens that the thief got by rotation are revoked too']),
    ],
  },
  {
    scenario: 'signing_key',
    arms: ['quiet', 'busy'],
    keys: SIGNING_KEY_KEYS,
    concerns: always,
    introspects: never,
    bound: signingKeyBound,
    assumes: newKeyTraffic,
  },
  {
    scenario: 'user_session',
    arms: QUIET,
    keys: SESSION_KEYS,
    concerns: always,
    introspects: endsAccessTokens,
    bound: userSessionBound,
    assumes: (facts) => [
      ...expClaims(facts),
      'refresh tokens of the session end with it; those for offline access need not (OpenID Connect Back-Channel Logout 1.0 section 2.7)',
    ],
  },
];

/** What must hold for the bound of a scenario to be true. */
export function assumptionsOf(model: ScenarioModel, facts: VerifierFacts, arm: Arm): readonly string[] {
  return [
    ...facts.assumptions,
    ...model.assumes(facts, arm),
    ...channelAssumptions(facts, model.keys, model.introspects(facts)),
  ];
}

function newKeyTraffic({ product, cooldown }: VerifierFacts, arm: Arm): readonly string[] {
  return arm === 'busy' && product.scope === 'set' && cooldown !== null
    ? ['a token under the new key reaches every replica as soon as it may fetch again']
    : [];
}

function expClaims({ product, requiresExp, verifiesExp }: VerifierFacts): readonly string[] {
  return requiresExp.value || !verifiesExp.value
    ? []
    : [`every access token has an exp claim: ${product.id} accepts tokens without one`];
}
