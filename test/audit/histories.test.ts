import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { answered, judged, lived, refusedBy } from './rounds.ts';

/** Three fresh P-256 keys, as a key set publishes them. */
const [OLD, NEW, THIRD] = ['old', 'new', 'third'].map((kid) => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' };
});

const set = (...keys: readonly unknown[]): ReturnType<typeof answered> => answered(JSON.stringify({ keys }));
const NOW = '2026-03-01T00:00:00Z';

/** What is said about histories, without what is said about single keys. */
function rulesOf(history: string, now = NOW): readonly string[] {
  return judged(history, now).map((finding) => finding.slice(0, finding.indexOf(':')));
}

describe('a history that audits wrote', () => {
  it('grows by a line only when something changed', () => {
    const same = [
      { at: '2026-02-01T00:00:00Z', answers: [set(OLD)] },
      { at: '2026-02-02T00:00:00Z', answers: [set(OLD)] },
      { at: '2026-02-03T00:00:00Z', answers: [set(OLD)] },
    ];
    const lines = lived([...same, { at: '2026-02-04T00:00:00Z', answers: [set(OLD, NEW)] }])
      .trim()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { at: '2026-02-01T00:00:00.000Z', last: '2026-02-03T00:00:00.000Z', rounds: 3 },
      { at: '2026-02-04T00:00:00.000Z', rounds: 1 },
    ]);
  });

  it('keeps lines that somebody else wrote', () => {
    const theirs = JSON.stringify({ at: '2026-01-01T00:00:00Z', jwks: { keys: [OLD] } });
    const history = lived([{ at: '2026-02-01T00:00:00Z', answers: [set(OLD)] }], `${theirs}\n`);
    expect(history.startsWith(`${theirs}\n`)).toBe(true);
  });

  it('keeps neither private halves nor cookies', () => {
    const secret = { ...OLD, d: 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I' };
    const answer = answered(JSON.stringify({ keys: [secret] }), { headers: { 'set-cookie': 'session=abc' } });
    const history = lived([{ at: '2026-02-01T00:00:00Z', answers: [answer] }]);
    expect(history).not.toContain(secret.d);
    expect(history).not.toContain('session=abc');
    expect(rulesOf(history)).toContain('error jwks/private-material');
  });

  it('tells replicas that disagree, and takes none of their keys for removed', () => {
    const flapping = [set(OLD, NEW), set(OLD)];
    const rounds = [1, 2, 3, 4].map((day) => ({ at: `2026-02-0${day}T00:00:00Z`, answers: flapping }));
    const found = rulesOf(lived(rounds));
    expect(found).toContain('warning live/replica-inconsistent');
    expect(found.filter((each) => /vanished|returned|swap/.test(each))).toEqual([]);
  });

  it('says nothing of a key that one lagging round did not show', () => {
    const rounds = [set(OLD, NEW), set(OLD), set(OLD, NEW)].map((answer, index) => ({
      at: `2026-02-0${index + 1}T00:00:00Z`,
      answers: [answer],
    }));
    expect(rulesOf(lived(rounds)).filter((each) => /vanished|returned|reused/.test(each))).toEqual([]);
  });

  it('takes an outage for no removal', () => {
    const rounds = [
      { at: '2026-02-01T00:00:00Z', answers: [set(OLD)] },
      { at: '2026-02-02T00:00:00Z', answers: [refusedBy('203.0.113.7')] },
      { at: '2026-02-03T00:00:00Z', answers: [refusedBy('203.0.113.7')] },
    ];
    const found = rulesOf(lived(rounds));
    expect(found.some((each) => each.endsWith('live/jwks-unreachable'))).toBe(true);
    expect(found.filter((each) => /vanished|swap/.test(each))).toEqual([]);
  });

  it.each([
    {
      name: 'a kid under which another key came',
      sets: [[OLD], [{ ...NEW, kid: 'old' }], [{ ...NEW, kid: 'old' }]],
      rule: 'error live/kid-reused',
    },
    {
      name: 'the only key replaced in one step',
      sets: [[OLD], [NEW], [NEW]],
      rule: 'warning live/key-swap-in-place',
    },
    {
      name: 'a removed key that came back after a week',
      sets: [[OLD, NEW], [NEW], [NEW], [NEW], [NEW], [NEW], [NEW], [NEW], [OLD, NEW]],
      rule: 'warning live/retired-key-returned',
    },
  ])('tells $name', ({ sets, rule }) => {
    const rounds = sets.map((keys, index) => ({ at: `2026-02-${10 + index}T00:00:00Z`, answers: [set(...keys)] }));
    expect(rulesOf(lived(rounds)).map((each) => each.replace(/^\w+ /, ''))).toContain(rule.replace(/^\w+ /, ''));
  });

  it('is silent on a rotation with an overlap on both sides', () => {
    const sets = [[OLD], [OLD, NEW], [OLD, NEW], [OLD, NEW], [NEW], [NEW], [NEW, THIRD]];
    const rounds = sets.map((keys, index) => ({ at: `2026-02-${10 + index}T00:00:00Z`, answers: [set(...keys)] }));
    expect(rulesOf(lived(rounds)).filter((each) => /^(?:error|warning) /.test(each))).toEqual([]);
  });
});
