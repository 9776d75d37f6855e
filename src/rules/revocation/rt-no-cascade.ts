import type { Estate, Report, Rule } from '../../model/finding.ts';
import { isFiniteBound, millis, showBound } from '../../model/quantity.ts';
import { canEnd } from '../channel-cover.ts';
import { isWritten, known, reportOn } from '../config-facts.ts';
import { objectiveOf, placeOfLimit } from '../config-policies.ts';
import { inventoryText, policyText } from '../example-documents.ts';

const POLICY = policyText('orders', 'revocation:\n  objectives:\n    refresh_token: { max: 5m }');
const ISSUER = (cascade: boolean): string => `time_to_act: 10s
replica_convergence: 5s
jwks_http: { max_age: 0s }
access_token_lifetime: 15m
refresh_token: { revokes_access_tokens: ${cascade} }`;
const VERIFIERS = `- name: orders
  environment: prod
  issuer: main
  policy: orders
  library: { name: jose, version: 6.2.18 }`;

export const rule: Rule<'estate'> = {
  id: 'revocation/rt-no-cascade',
  on: 'estate',
  severity: 'error',
  securitySeverity: 6.2,
  confidence: 'certain',
  summary: 'Revoking a refresh token leaves its access tokens alive for longer than the objective.',
  why: 'The thief used the refresh token before it was revoked and holds an access token with a whole life ahead. Revocation answers with success, and the leak goes on.',
  fix: 'Have the issuer revoke access tokens with the grant and verifiers listen to it by sid or sub, or shorten access tokens.',
  sources: ['RFC 7009 section 2.1', 'docs/concepts.md'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'policy.yaml': POLICY,
          'inventory.yaml': inventoryText({ issuer: ISSUER(false), verifiers: VERIFIERS }),
        },
      },
    ],
    good: [
      {
        files: {
          'policy.yaml': POLICY,
          'inventory.yaml': inventoryText({ issuer: ISSUER(true), verifiers: VERIFIERS }),
        },
      },
    ],
  },
  *check(estate): Iterable<Report> {
    yield* ofInventories(estate);
    yield* ofConfigurations(estate);
  },
};

function* ofInventories({ inventories, policies }: Estate): Iterable<Report> {
  for (const { issuers, verifiers, channels } of inventories) {
    for (const verifier of verifiers) {
      const issuer = issuers.find(({ name }) => name === verifier.issuer);
      const policy = policies.find(({ name }) => name === verifier.policy);
      const max = policy?.objectives.refresh_token?.max;
      if (issuer === undefined || policy === undefined || max === undefined) continue;
      const { revokesAccessTokens } = issuer.refreshToken;
      const { value: life } = issuer.accessTokenLifetime;
      if (revokesAccessTokens.origin !== 'explicit' || revokesAccessTokens.value) continue;
      const listens = verifier.channels.some((use) =>
        channels.some((channel) => channel.name === use.channel && canEnd(channel, 'refresh_token')),
      );
      if (listens || !isFiniteBound(life) || life <= max.value) continue;
      yield {
        at: revokesAccessTokens.at ?? issuer.at,
        message: `revoking a refresh token at issuer "${issuer.name}" leaves access tokens alive for ${showBound(life)} at verifier "${verifier.name}"; policy "${policy.name}" promises ${showBound(max.value)}`,
        subject: `issuer ${issuer.environment}/${issuer.name}/refresh_token.revokes_access_tokens/${verifier.name}`,
        value: `${life}>${max.value}`,
        related: [
          { at: verifier.at, message: `verifier "${verifier.name}"` },
          ...(max.at === null ? [] : [{ at: max.at, message: 'objective for refresh_token' }]),
        ],
      };
    }
  }
}

function* ofConfigurations(estate: Estate): Iterable<Report> {
  for (const config of estate.configs) {
    if (config.kind !== 'issuer') continue;
    const cascade = known(config.facts.revokesAccessTokens);
    const life = known(config.facts.accessTokenLifetime);
    const objective = objectiveOf(config, 'refresh_token', estate);
    if (cascade === null || cascade.value || life === null || objective === null || objective.at === null) continue;
    if (isFiniteBound(life.value) && life.value <= objective.max) continue;
    yield reportOn(config, 'revokesAccessTokens', cascade, {
      says: `leaves access tokens alive for ${showBound(life.value)} when their refresh token is revoked`,
      so: `; policy "${objective.policy}" promises ${showBound(millis(objective.max))}`,
      severity: 'error',
      unwritten: isWritten(life) ? 'error' : 'warning',
      value: `${life.value}>${objective.max}`,
      related: [
        { at: life.at, message: `access tokens live ${showBound(life.value)}` },
        ...placeOfLimit(objective, 'objective for refresh_token'),
      ],
    });
  }
}
