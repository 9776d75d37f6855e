import type { Estate, RuleId } from '../model/finding.ts';
import type { Profile, ProfileLimits, ProfileName } from '../model/profile.ts';
import { millis } from '../model/quantity.ts';

const DEFAULT_LIMITS: ProfileLimits = {
  // What the OpenID CAEP interoperability profile and common test suites call long.
  tokenLifetime: millis(3_600_000),
  // FAPI 2.0 Security Profile section 5.3.2.1: up to 10s must, over 60s must not be accepted.
  leeway: millis(60_000),
  // RFC 7519 section 4.1.4: "no more than a few minutes".
  maxLeeway: millis(300_000),
  minRsaBits: null,
  algorithms: null,
  senderConstrained: false,
};

/** Ten minutes: the longest that national profiles of FAPI allow, such as Open Finance of the UAE. */
const SHORT_LIFE = millis(600_000);

const ASVS_L2: Profile = {
  name: 'asvs-l2',
  title: 'OWASP Application Security Verification Standard 5.0, levels 1 and 2',
  errors: [
    { rule: 'token/typ-missing', because: 'ASVS 9.2.2: the type of a token is checked' },
    { rule: 'token/aud-missing-or-broad', because: 'ASVS 9.2.4: tokens name their audience uniquely' },
    { rule: 'policy/refresh-unbounded', because: 'ASVS 10.4.8: refresh tokens have an absolute expiration' },
    { rule: 'discovery/pkce', because: 'ASVS 10.4.6: PKCE is required, and plain is not accepted' },
    { rule: 'discovery/legacy-flows', because: 'ASVS 10.4.4: the grants token and password are no longer used' },
    { rule: 'policy/rotation-missing', because: 'ASVS 11.1.1: keys have a documented lifecycle' },
  ],
  limits: { ...DEFAULT_LIMITS, minRsaBits: 3072 },
  sources: { minRsaBits: 'ASVS 11.2.3: 128 bits of security, which RSA has from 3072 bits' },
};

/** Every profile: how a rule is judged under a standard. The only place that says so. */
export const PROFILES: Readonly<Record<ProfileName, Profile>> = {
  default: {
    name: 'default',
    title: 'What every team should keep: only real faults are errors',
    errors: [],
    limits: DEFAULT_LIMITS,
    sources: {},
  },
  'asvs-l2': ASVS_L2,
  'asvs-l3': {
    name: 'asvs-l3',
    title: 'OWASP Application Security Verification Standard 5.0, all levels',
    errors: [
      ...ASVS_L2.errors,
      { rule: 'policy/fail-open', because: 'ASVS 11.2.5: failures are secure' },
      { rule: 'binding/dpop-replay', because: 'ASVS 10.3.5: replay of access tokens is prevented' },
    ],
    limits: { ...ASVS_L2.limits, tokenLifetime: SHORT_LIFE, senderConstrained: true },
    sources: {
      ...ASVS_L2.sources,
      tokenLifetime: 'ten minutes, as national profiles of FAPI ask; ASVS names no number',
      senderConstrained: 'ASVS 10.3.5 and 10.4.14: only sender-constrained access tokens',
    },
  },
  fapi2: {
    name: 'fapi2',
    title: 'FAPI 2.0 Security Profile',
    errors: [
      { rule: 'token/typ-missing', because: 'RFC 9068 section 4: the typ of an access token is checked' },
      { rule: 'token/aud-missing-or-broad', because: 'RFC 9068 section 4: the audience is checked' },
      { rule: 'discovery/pkce', because: 'FAPI 2.0 section 5.3.2.2: PKCE with S256 is required' },
      { rule: 'discovery/legacy-flows', because: 'FAPI 2.0 section 5.3.2.2: only the code grant; no password grant' },
      { rule: 'binding/dpop-replay', because: 'RFC 9449 section 11.1: proofs are used once' },
      { rule: 'policy/refresh-unbounded', because: 'RFC 9700 section 4.14.2: refresh tokens end' },
    ],
    limits: {
      ...DEFAULT_LIMITS,
      tokenLifetime: SHORT_LIFE,
      maxLeeway: millis(60_000),
      algorithms: ['PS256', 'ES256', 'EdDSA', 'Ed25519'],
      senderConstrained: true,
    },
    sources: {
      tokenLifetime: 'ten minutes, as national profiles of FAPI ask; FAPI 2.0 names no number',
      maxLeeway: 'FAPI 2.0 section 5.3.2.1: times over 60 seconds in the future are refused',
      algorithms: 'FAPI 2.0 section 5.4.1: PS256, ES256, or EdDSA with Ed25519',
      senderConstrained: 'FAPI 2.0 section 5.3.2.1: only sender-constrained access tokens',
    },
  },
};

/** The profile of a run. */
export function profileOf({ profile }: Estate): Profile {
  return profile ?? PROFILES.default;
}

/** Why the warnings of a rule are errors under a profile; null when they are not. */
export function raisedBy(profile: Profile, rule: RuleId): string | null {
  return profile.errors.find((each) => each.rule === rule)?.because ?? null;
}
