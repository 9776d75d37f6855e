import type { Report, Rule } from '../../model/finding.ts';
import { discoveryText } from '../example-discovery.ts';
import type { Location } from '../../model/location.ts';
import { documentOf, policiesOf, quoted } from '../discovery-facts.ts';

export const rule: Rule<'discovery'> = {
  id: 'discovery/revocation-missing',
  on: 'discovery',
  severity: 'info',
  securitySeverity: 3,
  confidence: 'certain',
  summary: 'An issuer publishes no endpoint to revoke or introspect tokens.',
  why: 'Without revocation_endpoint a client cannot give up a token that leaked, and logging out ends nothing. A policy that counts on introspection has no channel when the issuer offers none.',
  fix: 'Publish revocation_endpoint (RFC 7009) and, where policies use the channel, introspection_endpoint (RFC 7662).',
  sources: ['RFC 7009 section 2', 'RFC 7662 section 2', 'RFC 8414 section 2'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'openid-configuration.json': discoveryText({ revocation_endpoint: undefined }) } }],
    good: [{ files: { 'openid-configuration.json': discoveryText() } }],
  },
  *check(document, estate): Iterable<Report> {
    const needsIntrospection = policiesOf(document.issuer, estate).find((policy) =>
      policy.channels.some(({ type }) => type === 'introspection'),
    );
    const needed: readonly (readonly [string, Location | null])[] = [
      ['revocation_endpoint', null],
      ['introspection_endpoint', needsIntrospection?.channels.find(({ type }) => type === 'introspection')?.at ?? null],
    ];
    for (const [name, wantedAt] of needed) {
      if (typeof document.members[name] === 'string') continue;
      if (name === 'introspection_endpoint' && wantedAt === null) continue;
      const similar = Object.keys(document.members).find((each) => each !== name && each.endsWith(name));
      yield {
        at: document.locate(similar ?? name),
        message: `${name} is missing${similar === undefined ? '' : `; ${quoted(similar)} is not the registered name`}${wantedAt === null ? '' : ', but a policy uses introspection as a channel'}`,
        severity: wantedAt === null ? 'info' : 'error',
        subject: `${documentOf(document)}/${name}`,
        value: 'missing',
        ...(wantedAt === null ? {} : { related: [{ at: wantedAt, message: 'the channel' }] }),
      };
    }
  },
};
