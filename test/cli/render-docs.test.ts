import { readFileSync } from 'node:fs';
import { SignJWT, generateKeyPair, jwtVerify } from 'jose';
import { Ajv } from 'ajv';
import { afterAll, describe, expect, it } from 'vitest';
import { firebreak, folderWith } from './command.ts';

const PAGE = readFileSync('docs/render.md', 'utf8');

/** The documents of the page, by the file that their first line names. */
const DOCUMENTS = Object.fromEntries(
  [...PAGE.matchAll(/```yaml\n# (policies\/\S+)\n([\s\S]*?)```/g)].map(([, file = '', text = '']) => [file, text]),
);
const SESSIONS = [...PAGE.matchAll(/```console\n\$ firebreak (.*)\n([\s\S]*?)```/g)].map(
  ([, command = '', shown = '']) => ({
    command,
    shown,
  }),
);
const NOW = Date.parse('2026-06-02T00:00:00Z') / 1000;

interface Hook {
  readonly isRevoked: (list: unknown, header: object, claims: object, now?: number) => boolean;
}

describe('docs/render.md', () => {
  const folder = folderWith(DOCUMENTS);

  afterAll(() => folder.remove());

  it('has documents that lint finds no fault in', async () => {
    expect(Object.keys(DOCUMENTS)).toEqual(['policies/inc-2031.yaml', 'policies/orders.yaml']);
    const { code, out } = await firebreak(['lint', '--now', '2026-06-02T00:00:00Z', '-f', 'compact'], {
      cwd: folder.path,
    });
    expect({ code, revocations: out.split('\n').filter((line) => line.includes('inc-2031')) }).toEqual({
      code: 0,
      revocations: [],
    });
  });

  it('shows what its commands print', async () => {
    expect(SESSIONS.length).toBeGreaterThan(3);
    for (const { command, shown } of SESSIONS) {
      const { code, out } = await firebreak(command.split(' '), { cwd: folder.path });
      expect(code, command).toBe(0);
      for (const line of shown.trimEnd().split('\n')) expect(out.split('\n'), command).toContain(line);
    }
  });

  it('has a hook that refuses verified tokens by the list, and a list that fits its schema', async () => {
    const { out } = await firebreak(['render', 'json', '--now', '2026-06-02T00:00:00Z'], { cwd: folder.path });
    const list: unknown = JSON.parse(out);
    const schema = JSON.parse((await firebreak(['schema', 'revocations'])).out) as object;
    const ajv = new Ajv({ allErrors: true, strict: true });
    expect({ fits: ajv.validate(schema, list), errors: ajv.errors }).toEqual({ fits: true, errors: null });

    const [code = ''] = /(?<=```js\n)\/\*\* Whether a verified token[\s\S]*?(?=```)/.exec(PAGE) ?? [];
    const { isRevoked } = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as Hook;
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const issuer = 'https://id.example.com';
    const isRefused = async (claims: object, kid: string | undefined = 'main-2026-06'): Promise<boolean> => {
      const token = await new SignJWT({ iss: issuer, sub: 'user-1', jti: 't-1', iat: NOW - 60, ...claims })
        .setProtectedHeader({ alg: 'ES256', ...(kid === 'none' ? {} : { kid }) })
        .sign(privateKey);
      const { payload, protectedHeader } = await jwtVerify(token, publicKey);
      return isRevoked(list, protectedHeader, payload, NOW);
    };

    const before = Date.parse('2026-06-01T12:00:00Z') / 1000;
    expect({
      ordinary: await isRefused({}),
      jti: await isRefused({ jti: '0f5c2b4e-8d1a' }),
      jtiElsewhere: await isRefused({ jti: '0f5c2b4e-8d1a', iss: 'https://other.example.com' }),
      kid: await isRefused({}, 'main-2026-05'),
      withoutKid: await isRefused({}, 'none'),
      withoutKidElsewhere: await isRefused({ iss: 'https://other.example.com' }, 'none'),
      cutOff: await isRefused({ sub: 'user-4711', iat: before - 1 }),
      atCutOff: await isRefused({ sub: 'user-4711', iat: before }),
      ofUnknownAge: await isRefused({ sub: 'user-4711', iat: undefined }),
    }).toEqual({
      ordinary: false,
      jti: true,
      jtiElsewhere: false,
      kid: true,
      withoutKid: true,
      withoutKidElsewhere: false,
      cutOff: true,
      atCutOff: false,
      ofUnknownAge: true,
    });
    expect(isRevoked(list, { kid: 'main-2026-05' }, { iss: issuer }, Date.parse('2026-07-01T00:00:00Z') / 1000)).toBe(
      false,
    );
  });
});
