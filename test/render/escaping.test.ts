import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { REVOKED_BY } from '../../src/model/revocation.ts';
import { envoyTarget } from '../../src/render/envoy.ts';
import { haproxyMapTarget } from '../../src/render/haproxy-map.ts';
import { istioTarget } from '../../src/render/istio.ts';
import { jsonTarget } from '../../src/render/json.ts';
import type { LiveEntry } from '../../src/render/live-entries.ts';
import { nginxTarget } from '../../src/render/nginx.ts';
import { redisTarget } from '../../src/render/redis.ts';
import type { Rendered, RevocationTarget } from '../../src/render/target.ts';
import { SETTINGS, listOfEntries } from './revocation-lists.ts';

/** Any characters, and often those that end a text or a line somewhere. */
const hostile: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 30 }),
  fc
    .array(fc.constantFrom(...Array.from('"\'\\`\n\r\t \0#/*{}[]<>$();,:|&!%=-\u007f\u0085\u2028\u2029\ufeffeé')), {
      minLength: 1,
      maxLength: 12,
    })
    .map((characters) => characters.join('')),
  fc.constantFrom(
    '__proto__',
    'constructor',
    '*',
    'a*',
    '*/',
    '${x}',
    '{{ x }}',
    '" 1 EXAT 1\nFLUSHALL\n"',
    '- x',
    'null',
    '~',
    '0x1f',
  ),
);

type Named = Pick<LiveEntry, 'iss' | 'by' | 'value'>;

const entries: fc.Arbitrary<readonly Named[]> = fc.uniqueArray(
  fc.record({
    iss: fc.option(hostile, { nil: null }),
    by: fc.constantFrom(...REVOKED_BY),
    value: hostile,
  }),
  { minLength: 1, maxLength: 5, selector: (entry) => JSON.stringify(entry) },
);

function rendered(target: RevocationTarget, given: readonly Named[]): Rendered {
  return target.render(listOfEntries(given), SETTINGS);
}

/** Holds for any entries: nothing that they say can be read as anything but a value. */
function always(check: (given: readonly Named[]) => void): void {
  fc.assert(fc.property(entries, check), { numRuns: 300 });
}

describe('values stay values', () => {
  it('in JSON', () => {
    always((given) => {
      const { revocations } = JSON.parse(rendered(jsonTarget, given).text) as { revocations: readonly object[] };
      expect(revocations).toEqual(
        given.map(({ iss, by, value }) => ({
          ...(iss === null ? {} : { iss }),
          [by ?? '']: value,
          expires: 4_102_444_800,
          because: ['inc-1'],
        })),
      );
    });
  });

  it('in the commands of Redis', () => {
    always((given) => {
      const { text } = rendered(redisTarget, given);
      const commands = text.trimEnd().split('\n').map(wordsOf);
      expect(commands).toHaveLength(given.length + 1);
      for (const [index, { iss, by, value }] of given.entries()) {
        const scope = typeof iss === 'string' ? `iss:${encodeURIComponent(iss)}:` : '';
        const key = `firebreak:revoked:${scope}${by}:${value}`;
        expect(commands[index + 1]).toEqual(['SET', key, '1', 'EXAT', '4102444800']);
      }
    });
  });

  it('in the map of HAProxy, or they are refused', () => {
    always((given) => {
      const { text, unsupported } = rendered(haproxyMapTarget, given);
      const lines = text
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#') && !line.includes('/kid-required '));
      for (const line of lines) expect(line).toMatch(/^[\w+=*/]+ 1$/);
      const fit = given.filter(({ iss, value }) => /^[\x20-\x7e]*$/.test(`${iss ?? ''}${value}`));
      expect(unsupported).toHaveLength(given.length - fit.length);
      const plain = (text: string | undefined): string => Buffer.from(text ?? '', 'base64').toString();
      expect(
        lines.map((line) => {
          const [scope = '', by, value] = /^(.*)\/(kid|jti|sid|sub|client_id)\/(.*) 1$/.exec(line)?.slice(1) ?? [];
          return { iss: scope === '*' ? null : plain(scope), by, value: plain(value) };
        }),
      ).toEqual(fit.map(({ iss, by, value }) => ({ iss, by, value })));
    });
  });

  it('in the filter of Envoy', () => {
    always((given) => {
      const texts = textsIn(parse(rendered(envoyTarget, given).text));
      for (const { iss, value } of given) {
        expect(texts).toContain(value);
        if (typeof iss === 'string') expect(texts).toContain(iss);
      }
      const issuers = [...new Set(given.map(({ iss }) => iss))];
      const plain = given.map(({ iss, by }, index) => ({
        by,
        iss: typeof iss === 'string' ? `issuer ${issuers.indexOf(iss)}` : null,
        value: `value ${index}`,
      }));
      expect(keysIn(parse(rendered(envoyTarget, given).text))).toEqual(
        keysIn(parse(rendered(envoyTarget, plain).text)),
      );
    });
  });

  it('in the policy of Istio, or they are refused', () => {
    always((given) => {
      const { text, unsupported } = rendered(istioTarget, given);
      const isPattern = (value: string | null | undefined): boolean => /^\*|\*$/.test(value ?? '');
      const fit = given.filter(({ by, iss, value }) => by !== 'kid' && !isPattern(iss) && !isPattern(value));
      expect(unsupported).toHaveLength(given.length - fit.length);
      const { spec } = parse(text) as {
        spec: { rules: readonly { when: readonly { values: readonly string[] }[] }[] };
      };
      expect(spec.rules.map(({ when }) => when.map(({ values }) => values))).toEqual(
        fit.flatMap(({ iss, by, value }) => {
          const values = typeof iss === 'string' ? [[iss], [value]] : [[value]];
          return by === 'client_id' ? [values, values] : [values];
        }),
      );
    });
  });

  it('in the module of nginx', async () => {
    await fc.assert(
      fc.asyncProperty(entries, async (given) => {
        const { text } = rendered(nginxTarget, given);
        const { default: module } = (await import(`data:text/javascript,${encodeURIComponent(text)}`)) as {
          default: { revoked: (request: { rawHeadersIn: readonly (readonly string[])[] }) => string };
        };
        for (const { iss, by, value } of given) {
          const claims = {
            iss: iss ?? 'https://elsewhere.example.com',
            ...(by === 'kid' ? {} : { [by ?? '']: value }),
          };
          const token = unsigned({ alg: 'ES256', ...(by === 'kid' ? { kid: value } : { kid: 'another' }) }, claims);
          expect(module.revoked({ rawHeadersIn: [['Authorization', `Bearer ${token}`]] })).toBe('1');
        }
        const other = unsigned({ alg: 'ES256', kid: 'another key' }, { iss: 'another issuer', jti: 'another token' });
        expect(module.revoked({ rawHeadersIn: [['Authorization', `Bearer ${other}`]] })).toBe('');
      }),
      { numRuns: 100 },
    );
  });
});

function unsigned(header: object, claims: object): string {
  return `${[header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.c2ln`;
}

/** Words of a command as redis-cli splits them (sds.c, sdssplitargs). */
function wordsOf(line: string): readonly string[] {
  const words: string[] = [];
  let rest = line;
  while (rest !== '') {
    const plain = /^([^\s"']+)(?: |$)/.exec(rest);
    const quoted = /^"((?:[^"\\]|\\x[0-9a-f]{2})*)"(?: |$)/.exec(rest);
    const [all, word] = plain ?? quoted ?? [];
    if (all === undefined || word === undefined) throw new Error(`no word: ${rest}`);
    const bytes = word.replaceAll(/\\x([0-9a-f]{2})/g, (_, hex: string) =>
      String.fromCodePoint(Number.parseInt(hex, 16)),
    );
    words.push(Buffer.from(bytes, 'latin1').toString('utf8'));
    rest = rest.slice(all.length);
  }
  return words;
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function keysIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [key, ...keysIn(member)]);
}
