import type { Report, Rule } from '../../model/finding.ts';
import { CLAIMS, HEADER, ordersPolicy, tokenText } from '../example-tokens.ts';
import { jwtClasses } from '../policy-facts.ts';

const { aud: _aud, ...unaddressed } = CLAIMS;

export const rule: Rule<'token'> = {
  id: 'token/aud-missing-or-broad',
  on: 'token',
  severity: 'error',
  securitySeverity: 5.9,
  confidence: 'certain',
  summary: 'A token is for nobody in particular, or for several services that different policies protect.',
  why: 'A service that receives such a token can use it at every other one. The least protected of them decides what a leak costs.',
  fix: 'Have the issuer put one audience into a token, the service it is meant for.',
  sources: ['RFC 8725 section 3.9', 'RFC 9068 section 3', 'OWASP ASVS 5.0 9.2.4'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'token.jwt': tokenText(HEADER, unaddressed), 'policy.yaml': ordersPolicy() } }],
    good: [{ files: { 'token.jwt': tokenText(HEADER, CLAIMS), 'policy.yaml': ordersPolicy() } }],
  },
  *check({ header, claims, at, fingerprint }, { policies }): Iterable<Report> {
    const found = { at, subject: 'claims.aud', value: fingerprint };
    const audiences = [claims['aud']].flat().filter((audience) => typeof audience === 'string');
    const isAccessToken = typeof header['typ'] === 'string' && /^(?:application\/)?at\+jwt$/i.test(header['typ']);
    const ofIssuer = policies.filter(({ issuers }) => issuers.value.some(({ issuer }) => issuer === claims['iss']));
    if (audiences.length === 0) {
      if (!isAccessToken && ofIssuer.length === 0) return;
      yield { ...found, message: 'token has no aud, so every service of its issuer may accept it' };
      return;
    }
    const zones = new Set(
      audiences.flatMap((audience) =>
        ofIssuer
          .filter((policy) => jwtClasses(policy).some((rules) => rules.audiences.value.includes(audience)))
          .map(({ name }) => name),
      ),
    );
    if (audiences.length > 1 && zones.size > 1) {
      yield {
        ...found,
        message: `token is for ${audiences.length} audiences that the policies ${[...zones].map((name) => `"${name}"`).join(' and ')} protect apart`,
        severity: 'warning',
      };
    } else if (isAccessToken && typeof claims['client_id'] === 'string' && audiences.includes(claims['client_id'])) {
      yield {
        ...found,
        message: 'aud of the access token is the client itself, as in an ID token',
        severity: 'warning',
      };
    }
  },
};
