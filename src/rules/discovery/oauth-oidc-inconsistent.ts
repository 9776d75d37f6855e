import type { Report, Rule } from '../../model/finding.ts';
import { discoveryText } from '../example-discovery.ts';

export const rule: Rule<'estate'> = {
  id: 'discovery/oauth-oidc-inconsistent',
  on: 'estate',
  severity: 'error',
  securitySeverity: 6,
  confidence: 'certain',
  summary: 'The OpenID Connect and the OAuth metadata of one issuer contradict each other.',
  why: 'Verifiers read one document, clients the other: a key removed from the set of the one stays published in the other. During an incident half of the estate follows the wrong document.',
  fix: 'Serve both well-known addresses from one source.',
  sources: ['RFC 9068 section 4', 'RFC 8414 section 3'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'openid-configuration.json': discoveryText(),
          'oauth-authorization-server.json': discoveryText({ jwks_uri: 'https://id.example.com/old/jwks' }),
        },
      },
    ],
    good: [
      { files: { 'openid-configuration.json': discoveryText(), 'oauth-authorization-server.json': discoveryText() } },
    ],
  },
  *check({ discovery = [] }): Iterable<Report> {
    for (const openid of discovery.filter(({ kind }) => kind === 'openid')) {
      const oauth = discovery.find(
        ({ kind, issuer }) => kind === 'oauth' && issuer !== null && issuer === openid.issuer,
      );
      if (oauth === undefined) continue;
      const shared = Object.keys(openid.members).filter((name) => Object.hasOwn(oauth.members, name));
      for (const name of shared.sort()) {
        const [left, right] = [canonical(openid.members[name]), canonical(oauth.members[name])];
        if (left === right) continue;
        const isAddress = name === 'jwks_uri' || name.endsWith('_endpoint');
        if (!isAddress && !name.endsWith('_alg_values_supported')) continue;
        yield {
          at: oauth.locate(name),
          message: `${name} is ${left.slice(0, 120)} in the OpenID Connect document and ${right.slice(0, 120)} in the OAuth one`,
          severity: isAddress ? 'error' : 'warning',
          subject: `${openid.issuer ?? ''}/${name}`,
          value: right,
          related: [{ at: openid.locate(name), message: 'the OpenID Connect document' }],
        };
      }
    }
  },
};

/** Lists are sets here: their order says nothing. */
function canonical(value: unknown): string {
  return JSON.stringify(Array.isArray(value) ? [...value].map(String).sort() : value);
}
