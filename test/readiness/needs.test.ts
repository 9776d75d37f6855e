import { describe, expect, it } from 'vitest';
import { startOf } from '../../src/model/location.ts';
import { findNeeds, needsOfCall, showNeed } from '../../src/readiness/needs.ts';
import { shop } from './shop.ts';

const call = (uses: string, given: Record<string, unknown>) =>
  needsOfCall({ uses, with: given, at: startOf('drill.yaml') }).map(showNeed);

describe('what a call needs', () => {
  it.each([
    ['oauth.client_credentials', { client: 'a', secret: { env: 'A_SECRET' } }, ['variable A_SECRET']],
    ['oauth.client_credentials', { client: 'a', secret: { file: '/run/a' } }, ['secret in file /run/a']],
    [
      'denylist.redis.add',
      { of: 'canary', server: 'rediss://redis.example:6380/0', password: { env: 'R' }, tls: { ca: 'ca.pem' } },
      ['variable R', 'rediss://redis.example:6380', 'reading ca.pem'],
    ],
    ['denylist.file.add', { of: 'canary', file: '/etc/deny.map' }, ['writing /etc/deny.map']],
    ['denylist.haproxy.add', { socket: '/run/haproxy.sock', map: '/deny.map' }, ['writing /run/haproxy.sock']],
    ['denylist.haproxy.add', { socket: '127.0.0.1:9999', map: '#1' }, ['tcp://127.0.0.1:9999']],
    ['git.commit', { repository: '../keys', branch: 'main', file: 'jwks.json' }, ['reading ../keys']],
    ['jwks.git.add_key', { key: 'k', branch: 'main', file: 'jwks.json' }, ['reading .']],
    [
      'exec',
      { argv: ['kubectl', 'apply'], undo: ['kubectl', 'delete'], env: { TOKEN: { env: 'KUBE' } } },
      ['variable KUBE', 'program kubectl'],
    ],
    [
      'denylist.http.add',
      {
        add: {
          url: 'https://deny.example/list?key=secret',
          headers: { authorization: { env: 'D' } },
          body: { file: 'no' },
        },
        remove: { url: 'https://deny.example/list/{value}' },
      },
      ['variable D', 'https://deny.example'],
    ],
    ['http', { request: { url: 'http://127.0.0.1:8080/x' }, undo: 'none', reason: 'r' }, ['http://127.0.0.1:8080']],
    ['http', { request: { url: 'https://ana:hush@api.example/x' }, undo: 'none' }, ['https://api.example']],
    ['manual', { text: 'call somebody', undo: 'none', reason: 'r' }, []],
  ])('%s: %j', (uses, given, expected) => {
    expect(call(uses, given)).toEqual(expected);
  });

  it('is asked for by the drills and responses of the scenario, and by the places of its verifiers', () => {
    const needs = findNeeds(shop()).filter(({ scenario }) => scenario === 'access_token');
    expect(needs.map(({ need, by }) => `${showNeed(need)}: ${by}`)).toEqual([
      'variable DRILL_SECRET: drill "leaked-access-token", credential "canary"',
      'variable DRILL_SECRET: drill "leaked-access-token", credential "control"',
      'writing /srv/deny.map: drill "leaked-access-token", step "deny"',
      'variable DENY_TOKEN: response deny_jti, deny_sid',
      'https://deny.example: response deny_jti, deny_sid',
      'https://id.example: issuer "id"',
      'https://orders.example: verifier "orders"',
    ]);
  });
});
