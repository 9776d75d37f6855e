import { createHmac, createPublicKey } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';
import { compactVerify, decodeJwt, decodeProtectedHeader, importJWK, jwtVerify } from 'jose';
import type { JWK } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Forgery } from '../../src/model/attack.ts';
import { FORGERIES } from '../../src/model/attack.ts';
import type { ForgeInput } from '../../src/token/forge.ts';
import { forgeTokens, MOST_SPELLINGS } from '../../src/token/forge.ts';
import { generateSigningKey } from '../../src/token/mint.ts';

const NOW = Math.floor(Date.UTC(2026, 10, 23) / 1000);
const ISSUER = 'https://issuer.example';
const AUDIENCE = 'https://orders.example';

let input: ForgeInput;

beforeAll(async () => {
  const kid = 'fbcanary-1';
  input = {
    key: await generateSigningKey('ES256', kid),
    thief: await generateSigningKey('ES256', 'fbcanary-thief'),
    header: { typ: 'JWT', alg: 'ES256', kid },
    claims: { iss: ISSUER, aud: AUDIENCE, sub: 'fbcanary', client_id: 'drill', iat: NOW, exp: NOW + 600 },
    now: NOW,
  };
});

type Weak = (compact: string) => Promise<unknown>;

const parts = (compact: string): readonly string[] => compact.split('.');

function hmacBy(secret: string | Buffer): Weak {
  return async (compact) => {
    const [header = '', payload = '', signature = ''] = parts(compact);
    const made = createHmac('sha256', secret).update(`${header}.${payload}`).digest('base64url');
    if (made !== signature) throw new Error('the HMAC does not hold');
  };
}

async function signedBy(compact: string, jwk: JWK): Promise<void> {
  await compactVerify(compact, await importJWK(jwk, 'ES256'));
}

/** Claims checked as a library does it, except for what the options leave out. */
function checking(options: {
  readonly issuer?: string;
  readonly audience?: string;
  readonly at?: number;
  readonly required?: readonly string[];
}): Weak {
  const { at = NOW, required = ['exp', 'aud', 'iss'], ...rest } = options;
  return async (compact) => {
    await jwtVerify(compact, await importJWK(input.key.publicJwk, 'ES256'), {
      ...rest,
      currentDate: new Date(at * 1000),
      requiredClaims: [...required],
    });
  };
}

const FULL = { issuer: ISSUER, audience: AUDIENCE };

/** For each kind a verifier with just the fault that the kind looks for; accepting at least one spelling shows that the probe can find it. */
const WEAK: Readonly<Record<Exclude<Forgery, 'empty' | 'oversized'>, Weak>> = {
  'alg-none': async (compact) => {
    if (String(decodeProtectedHeader(compact).alg).toLowerCase() !== 'none') throw new Error('signed');
  },
  'no-signature': async (compact) => {
    if ((parts(compact)[2] ?? '') !== '') throw new Error('the signature does not hold');
  },
  'changed-payload': async (compact) => void decodeJwt(compact),
  'unknown-key': (compact) => signedBy(compact, input.thief.publicJwk),
  'hmac-public-key': (compact) =>
    hmacBy(
      String(
        createPublicKey({ key: input.key.publicJwk as JsonWebKey, format: 'jwk' }).export({
          type: 'spki',
          format: 'pem',
        }),
      ),
    )(compact),
  'embedded-jwk': (compact) => signedBy(compact, decodeProtectedHeader(compact).jwk as JWK),
  jku: async (compact) => {
    const answer = await fetch(decodeProtectedHeader(compact).jku ?? '');
    const { keys } = (await answer.json()) as { readonly keys: readonly JWK[] };
    await signedBy(compact, keys[0] ?? {});
  },
  x5u: async (compact) => {
    const answer = await fetch(decodeProtectedHeader(compact).x5u ?? '');
    await signedBy(compact, createPublicKey(await answer.text()).export({ format: 'jwk' }));
  },
  'kid-path': hmacBy(''),
  'kid-sql': hmacBy('fbcanary'),
  'unknown-crit': async (compact) => {
    await compactVerify(compact, await importJWK(input.key.publicJwk, 'ES256'), { crit: { fbcanary: true } });
  },
  'wrong-audience': (compact) => checking({ issuer: ISSUER, required: [] })(compact),
  'wrong-issuer': (compact) => checking({ audience: AUDIENCE, required: [] })(compact),
  expired: (compact) => checking({ ...FULL, at: NOW - 5400 })(compact),
  'not-yet-valid': (compact) => checking({ ...FULL, at: NOW + 3601 })(compact),
  'no-expiry': (compact) => checking({ ...FULL, required: [] })(compact),
  'id-token': (compact) => checking({ issuer: ISSUER })(compact),
  'other-typ': (compact) => checking(FULL)(compact),
  'duplicate-claims': async (compact) => {
    const payload = Buffer.from(parts(compact)[1] ?? '', 'base64url').toString();
    // A parser that keeps the first of two members.
    if (!payload.includes(`"aud":"${AUDIENCE}"`)) throw new Error('for somebody else');
  },
};

async function accepts(verify: Weak, compact: string): Promise<boolean> {
  try {
    await verify(compact);
    return true;
  } catch {
    return false;
  }
}

describe('forged tokens', () => {
  it.for(Object.keys(FORGERIES) as Forgery[])(
    'of kind %s are refused by a verifier that checks everything',
    async (kind) => {
      const strict: Weak = async (compact) => {
        const { typ } = decodeProtectedHeader(compact);
        if (typ !== 'JWT') throw new Error('of another type');
        await checking(FULL)(compact);
      };
      const forged = await forgeTokens(kind, input);
      expect(forged.length).toBeGreaterThan(0);
      expect(forged.length).toBeLessThanOrEqual(MOST_SPELLINGS);
      for (const { compact, spelling } of forged) expect(await accepts(strict, compact), spelling).toBe(false);
    },
  );

  it.for(Object.entries(WEAK))('of kind %s are accepted by a verifier with that fault', async ([kind, weak]) => {
    const forged = await forgeTokens(kind as Forgery, input);
    const answers = await Promise.all(forged.map(({ compact }) => accepts(weak, compact)));
    expect(answers).toContain(true);
  });

  it('fit the request headers of common servers', async () => {
    const [oversized] = await forgeTokens('oversized', input);
    expect(oversized?.compact.length).toBeGreaterThan(8 * 1024);
    expect(oversized?.compact.length).toBeLessThan(15 * 1024);
  });
});
