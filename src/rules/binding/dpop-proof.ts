import type { Report, Rule } from '../../model/finding.ts';
import { tokenText } from '../example-tokens.ts';

const JWK = {
  kty: 'EC',
  crv: 'P-256',
  x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
  y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
};
const HEADER = { typ: 'dpop+jwt', alg: 'ES256', jwk: JWK };
const CLAIMS = { jti: 'e1j3V_bKic8-LAEB', htm: 'GET', htu: 'https://api.example.com/orders', iat: 1_735_689_600 };

export const rule: Rule<'token'> = {
  id: 'binding/dpop-proof',
  on: 'token',
  severity: 'error',
  securitySeverity: 6.1,
  confidence: 'certain',
  summary: 'A DPoP proof lacks what makes it a proof.',
  why: 'Each part binds it to one request: key, method, address, time and number. A verifier that accepts it without one of them accepts it again elsewhere or later, and one that does not refuses the client.',
  fix: 'Make proofs as RFC 9449 section 4.2 says; a private key never belongs into the header.',
  sources: ['RFC 9449 section 4.2', 'RFC 9449 section 4.3'],
  since: '0.1.0',
  examples: {
    bad: [{ files: { 'proof.jwt': tokenText(HEADER, { ...CLAIMS, htu: undefined }) } }],
    good: [{ files: { 'proof.jwt': tokenText(HEADER, CLAIMS) } }],
  },
  *check({ header, claims, at, fingerprint }): Iterable<Report> {
    if (typeof header['typ'] !== 'string' || header['typ'].toLowerCase() !== 'dpop+jwt') return;
    for (const { part, fault } of faultsOf(header, claims)) {
      yield { at, message: `DPoP proof: ${fault}`, subject: part, value: fingerprint };
    }
  },
};

type Members = Readonly<Record<string, unknown>>;

function faultsOf(header: Members, claims: Members): readonly { readonly part: string; readonly fault: string }[] {
  const faults: { readonly part: string; readonly fault: string }[] = [];
  const expect = (holds: boolean, part: string, fault: string): void => {
    if (!holds) faults.push({ part, fault });
  };
  const { alg, jwk } = header;
  expect(typeof alg === 'string' && !/^(?:none|HS\d+)$/i.test(alg), 'header.alg', 'alg is not that of a public key');
  const key: Members | null = typeof jwk === 'object' && jwk !== null ? { ...jwk } : null;
  expect(key !== null, 'header.jwk', 'jwk with the public key is missing');
  expect(
    key === null || !['d', 'k', 'p', 'q', 'priv'].some((member) => member in key),
    'header.jwk',
    'jwk holds a private or secret key',
  );
  const { htm, htu, iat, jti } = claims;
  expect(typeof jti === 'string' && jti !== '', 'claims.jti', 'jti is missing, so it can be used again');
  expect(typeof htm === 'string' && /^[A-Z]+$/.test(htm), 'claims.htm', 'htm is missing or no method');
  expect(typeof htu === 'string' && /^https?:\/\//.test(htu), 'claims.htu', 'htu is missing or no address');
  expect(
    typeof htu !== 'string' || !/[?#]/.test(htu),
    'claims.htu',
    'htu has a query or fragment, which is not compared',
  );
  expect(typeof iat === 'number', 'claims.iat', 'iat is missing, so it never grows old');
  return faults;
}
