import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { createScope } from '../../src/incident/scope.ts';
import { firstReader } from '../../src/cli/scope-part.ts';
import { JSON_LINES } from '../../src/logs/json-lines.ts';
import type { Leaked } from '../../src/model/incident.ts';
import { millis } from '../../src/model/quantity.ts';
import type { Told } from './logs.ts';
import { LEAK, incidentOf, logOf, placesOf, scopeOf } from './logs.ts';

const KEY: Leaked = { kind: 'kid', value: 'main-1' };

const use = (at: number, more: Partial<Told> = {}): Told => ({ at, kid: 'main-1', jti: `j-${at}`, ...more });

describe('damaged and mixed logs', () => {
  it('finds what stands around a torn line, and tells of it', () => {
    const { text } = logOf('json-lines', [use(1), use(2), use(3)]);
    const torn = text.slice(0, 40) + text.slice(0, -60);
    const result = scopeOf(incidentOf(KEY), [{ file: 'a.log', text: torn }]);
    expect(placesOf(result)).toEqual(['a.log:2']);
    expect(result.limits).toEqual(['2 lines are no JSON, torn perhaps, and not searched (a.log:1, a.log:3)']);
  });

  it.for([
    ['json-lines', 'nginx'],
    ['nginx', 'json-lines'],
    ['json-lines', 'envoy'],
    ['haproxy', 'json-lines'],
    ['istio', 'envoy'],
  ] as const)('reads lines of other formats in a log of %s', ([format, other]) => {
    const most = logOf(
      format,
      Array.from({ length: 30 }, (_, at) => use(at)),
    ).text;
    const few = logOf(other, [use(100), use(101, { ip: '198.51.100.9' })]).text;
    const result = scopeOf(incidentOf(KEY), [{ file: 'a.log', text: most + few + most }]);
    expect(placesOf(result)).toEqual(expect.arrayContaining(['a.log:31', 'a.log:32']));
    expect(result.groups).toContainEqual(expect.objectContaining({ by: 'ip', value: '198.51.100.9', uses: 1 }));
    if (format === 'istio') return;
    expect(result.limits).toContain(`a.log is a log of ${format} with 2 lines of ${other}, which were read as that`);
  });

  it.for(['json-lines', 'nginx'])(
    'tells of a clock in a log of %s that is minutes behind the one of the issuer',
    (format) => {
      const iat = LEAK / 1000;
      const slow = logOf(format, [use(-200, { iat }), use(-90, { iat }), use(-30, { iat })], 'slow.log');
      const right = logOf(format, [use(20, { iat })], 'right.log');
      const { limits, uses } = scopeOf(incidentOf(KEY), [slow, right]);
      expect(limits).toEqual([
        'slow.log: 2 tokens were used before their iat, by up to 3m20s: its clock and the one of the issuer differ, or the tokens are forged; times are told as they were logged',
      ]);
      // Told, not corrected.
      expect(uses.map(({ time }) => time)).toEqual([-200, -90, -30, 20].map((at) => LEAK + at * 1000));
    },
  );

  it('counts a line that was shipped twice, and tells that it may have been', () => {
    const log = logOf('json-lines', [use(1), use(2), use(3)]);
    const again = { ...log, file: 'again.log' };
    const result = scopeOf(incidentOf(KEY), [log, again]);
    expect(result.totals.uses).toBe(6);
    expect(result.limits).toEqual([
      '3 of the listed uses say the same as another one in all its members, first json-lines.log:1: if a line was shipped twice, it counts twice',
    ]);
    expect(scopeOf(incidentOf(KEY), [log, logOf('json-lines', [use(4)], 'b.log')]).limits).toEqual([]);
  });

  it('passes over a line of a gigabyte in bounded memory', { timeout: 60_000 }, () => {
    const scope = createScope({
      incident: incidentOf(KEY),
      manySubjects: 10,
      impossibleWithin: millis(60_000),
      maxLifetime: null,
      issued: null,
      maxUses: 10,
    });
    const reader = firstReader(scope, { file: 'a.log', format: JSON_LINES, isGuessed: false });
    const [line = ''] = logOf('json-lines', [use(1)]).text.split('\n');
    const piece = Buffer.alloc(1024 * 1024, 'x');
    reader.push(Buffer.from(`${line}\n{"ts":"`));
    const before = process.memoryUsage().rss;
    for (let at = 0; at < 1024; at += 1) reader.push(piece);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
    reader.push(Buffer.from(`"}\n${line}\n`));
    expect(reader.end()).toMatchObject({ lines: 3, uses: 2, bad: [{ reason: 'too-long', lines: 1, first: [2] }] });
    expect(scope.result([]).totals.uses).toBe(2);
  });
});
