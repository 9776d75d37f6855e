import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createIssuedTokens } from '../../src/incident/issued.ts';
import { createLogReader } from '../../src/logs/read-log.ts';
import type { RecordedUse } from '../../src/model/recorded-use.ts';

const PAGE = readFileSync('docs/logs.md', 'utf8');

function example(word: string): string {
  const found = new RegExp(`^\`\`\`text ${word}\n([\\s\\S]*?)\n\`\`\`$`, 'm').exec(PAGE)?.[1];
  if (found === undefined) throw new Error(`docs/logs.md has no example ${word}`);
  return found;
}

function read(text: string) {
  const uses: RecordedUse[] = [];
  const reader = createLogReader({ file: 'a.log', format: null, onUse: (use) => uses.push(use) });
  reader.push(Buffer.from(`${text}\n`));
  const reading = reader.end();
  return { use: uses[0], uses, reading };
}

const EVENT = {
  time: Date.parse('2026-03-02T09:15:04.120Z'),
  verifier: 'keycloak',
  decision: 'accept',
  jti: '0b8f6a',
  sid: 's-71',
  sub: 'u-20417',
  clientId: 'web-shop',
  ip: '203.0.113.7',
};

describe('events of Keycloak', () => {
  it.for(['keycloak', 'keycloak-console'])('are read as %s', (word) => {
    const { use, reading } = read(example(word));
    expect(reading).toMatchObject({ format: 'keycloak', uses: 1, bad: [] });
    expect(use).toMatchObject(EVENT);
  });

  it('leave open what the page says', () => {
    const [, cell = ''] = /^\| `keycloak` *\|([^|]*)\|/m.exec(PAGE) ?? [];
    const said = [...cell.matchAll(/`([\w-]+)`/g)].map(([, name]) => name);
    const NAMES = { headerNames: 'header', claimNames: 'claims', userAgent: 'user_agent', tokenHash: 'token_hash' };
    const { use } = read(example('keycloak'));
    const unknown = Object.entries(use ?? {}).flatMap(([name, value]) => (value === null ? [name] : []));
    expect(
      unknown.map((name) => String(Reflect.get(NAMES, name) ?? name)).toSorted((a, b) => (a < b ? -1 : 1)),
    ).toEqual(said.toSorted((a, b) => ((a ?? '') < (b ?? '') ? -1 : 1)));
  });

  it.for([
    {
      name: 'an error',
      line: { type: 'REFRESH_TOKEN_ERROR', error: 'invalid_token' },
      expected: { decision: 'reject' },
    },
    {
      name: 'an event of an old version',
      line: null,
      message: 'type=REFRESH_TOKEN, realmId=r, clientId=web, userId=null, ipAddress=10.0.0.1, token_id=t-1',
      expected: { clientId: 'web', sub: null, jti: 't-1', ip: '10.0.0.1' },
    },
    {
      name: 'a refresh without an access token',
      line: { type: 'REFRESH_TOKEN', details: { refresh_token_id: 'r-1' } },
      expected: { jti: 'r-1' },
    },
  ])('tell $name', ({ line, message, expected }) => {
    const whole =
      line === null
        ? { timestamp: '2026-03-02T09:15:04Z', loggerName: 'org.keycloak.events', message }
        : { time: EVENT.time, realmId: 'r', clientId: 'web', ...line };
    expect(read(JSON.stringify(whole)).use).toMatchObject(expected);
  });

  it('are not made of events about administration', () => {
    const { reading } = read('{"time":1,"operationType":"UPDATE","resourceType":"CLIENT","realmId":"r"}');
    expect(reading).toMatchObject({ uses: 0, silent: 1 });
  });

  it('tell which tokens were issued', () => {
    const issued = createIssuedTokens();
    for (const use of read(example('keycloak')).uses) issued.add(use);
    const iat = EVENT.time / 1000;
    expect(issued.wasIssued({ jti: '0b8f6a', kid: null, iat })).toBe(true);
    expect(issued.wasIssued({ jti: 'forged', kid: null, iat })).toBe(false);
  });
});
