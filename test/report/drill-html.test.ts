import { describe, expect, it } from 'vitest';
import type { DrillResult } from '../../src/model/drill.ts';
import { millis } from '../../src/model/quantity.ts';
import { drillHtml } from '../../src/report/drill-html.ts';
import { MARKS_PER_LANE } from '../../src/report/drill-timeline.ts';
import { drillPredictions, drillResult, passingResult, stoppedResult } from './drill-fixture.ts';
import type { Script } from './drill-script.ts';
import { SCRIPTS } from './drill-script.ts';

const HOSTILE = '<img src=x onerror="alert(1)">\u202E\u0000';

/** Every text of a result replaced by markup; tags and enumerations that code switches on stay. */
function poisoned(result: DrillResult): DrillResult {
  const fixed = new Set([
    'arm',
    'verdict',
    'role',
    'phase',
    'severity',
    'scenario',
    'model',
    'attribution',
    'origin',
    'op',
  ]);
  const visit = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return fixed.has(key) || value === 'unbounded' ? value : `${value}${HOSTILE}`;
    if (Array.isArray(value)) return value.map((item) => visit(item, key));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, visit(item, name)]));
  };
  return visit(result, '') as DrillResult;
}

function count(text: string, pattern: RegExp): number {
  return [...text.matchAll(pattern)].length;
}

/** The drawing of each lane, without what follows it on the page. */
function lanesIn(page: string): readonly string[] {
  return page
    .split('<g class="lane"')
    .slice(1)
    .map((part) => part.slice(0, part.indexOf('class="rule"')));
}

describe('the HTML report of a drill', () => {
  const page = drillHtml(drillResult(), { predictions: drillPredictions() });

  it('has a policy that allows nothing but its own style', () => {
    expect(page).toContain(
      `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">`,
    );
  });

  it.for([
    { name: 'script element', pattern: /<script/i },
    { name: 'event handler', pattern: /<[^>]*\son[a-z]+=/i },
    { name: 'address of another host', pattern: /https?:|url\(|@import|<link|<iframe|<img/i },
  ])('holds no $name', ({ pattern }) => {
    expect(page).not.toMatch(pattern);
  });

  it('opens with the verdict in words and the next action, before any table', () => {
    const text = page.replaceAll('\u00A0', ' ');
    const start = text.slice(0, text.indexOf('<table'));
    expect(start).toContain('objective 10 s: MISSED because 2 of 9 verifiers never dropped it.');
    expect(start).toContain('make get-jwks drop what was revoked');
  });

  it('draws a lane for every verifier of every arm', () => {
    expect(count(page, /<g class="lane"/g)).toBe(2 * SCRIPTS.length);
    for (const { verifier } of SCRIPTS) expect(count(page, new RegExp(`data-unit="${verifier}/`, 'g'))).toBe(2);
  });

  it('says in words which lanes still accepted at the end, beside the arrow', () => {
    const open = lanesIn(page).filter((lane) => lane.includes('class="arrow"'));
    expect(open).toHaveLength(3);
    for (const lane of open) expect(lane).toContain('still accepted');
  });

  it('shows unknown answers as crosses, never as refusals', () => {
    const lane = lanesIn(page).find((part) => part.includes('data-unit="passport-jwt/')) ?? '';
    expect(count(lane, /<path class="unknown"/g)).toBeGreaterThan(20);
  });

  it('names the file and line of what makes a verifier slow', () => {
    expect(page).toContain('policies/lab-inventory.yaml:41:18');
  });

  it('has sections in the order a lead reads them', () => {
    const order = [...page.matchAll(/<h2 id="([a-z]+)"/g)].map(([, id]) => id);
    expect(order).toEqual([
      'verdicts',
      'timeline',
      'exposure',
      'collateral',
      'findings',
      'method',
      'safety',
      'reproduce',
    ]);
  });

  it('gives every drawing a title and every header cell a scope', () => {
    expect(count(page, /<svg class="swim"[^>]*role="img" aria-labelledby=/g)).toBe(4);
    expect(count(page, /<th>|<th (?!scope)/g)).toBe(0);
  });

  it('has unique ids', () => {
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('draws at most the agreed number of marks of thousands of probes', () => {
    const dense = drillHtml(drillResult({ gap: 20 }));
    for (const lane of lanesIn(dense)) {
      expect(count(lane, /class="(?:accept|reject|unknown)"/g)).toBeLessThanOrEqual(MARKS_PER_LANE);
    }
    expect(dense.length).toBeLessThan(600_000);
  });

  it('tells of 200 replicas of 20 verifiers with 50,000 probes within 5 MB, each verifier once and each replica by name', () => {
    const scripts = Array.from({ length: 200 }, (_, index): Script => ({
      verifier: `service-${Math.floor(index / 10)}`,
      product: 'jose 6.2.18',
      owner: '@orders',
      cache: millis(5000),
      line: 41,
      drops: { quiet: index === 137 ? 11_000 : 3000 + (index % 10) * 40, busy: null },
    }));
    const { arms, probes, ...rest } = drillResult({ scripts, arms: ['quiet'], gap: 151 });
    const named = (index: number): string =>
      `service-${Math.floor(index / 10)}/10.0.${Math.floor(index / 10)}.${index % 10}`;
    const each = probes.length / 200;
    const large = drillHtml({
      ...rest,
      probes: probes.map((probe, index) => ({ ...probe, unit: named(Math.floor(index / each)) })),
      arms: arms.map((arm) => ({ ...arm, units: arm.units.map((unit, index) => ({ ...unit, unit: named(index) })) })),
    });
    expect(probes.length).toBeGreaterThan(50_000);
    expect(large.length).toBeLessThan(5_000_000);
    expect(count(large, /<th scope="row">service-/g)).toBe(20);
    expect(large).toContain('slowest of 10: 10.0.13.7');
    for (let index = 0; index < 200; index += 1) expect(large).toContain(named(index).split('/')[1]);
    expect(large).toContain('the 2 slowest replicas are drawn: 40 of 200');
    const drawn = [...large.matchAll(/data-unit="([^"]+)"/g)].map(([, unit]) => unit);
    expect(drawn).toHaveLength(40);
    expect(drawn).toContain('service-13/10.0.13.7');
  });

  it('escapes every text of a hostile result', () => {
    const result = poisoned(drillResult());
    const hostile = drillHtml(result, { command: `firebreak ${HOSTILE}` });
    expect(hostile).not.toContain('<img');
    expect(hostile).not.toContain('\u202E');
    expect(hostile).not.toContain('\u0000');
    expect(hostile).toContain('&lt;img');
    const unquoted = hostile.replace(/="[^"]*"/g, '');
    expect(unquoted).not.toMatch(/<[^>]*\son[a-z]+/);
  });

  it.for([
    { name: 'a run that met its objective', result: passingResult(), says: ': MET.' },
    { name: 'a run stopped before the leak', result: stoppedResult(), says: 'so nothing was measured' },
    {
      name: 'an arm without units',
      result: drillResult({ scripts: [] }),
      says: 'No verifier was measured in this arm',
    },
    {
      name: 'an unfinished clean-up',
      result: drillResult({ over: { safety: { effects: [], clean: false } } }),
      says: 'The clean-up is incomplete',
    },
    {
      name: 'marks that were never taken',
      result: drillResult({
        over: {
          arms: drillResult().arms.map((arm) => ({
            ...arm,
            marks: { t0: Number.NaN, tAct: Number.NaN, tAck: Number.NaN },
          })),
          probes: [],
        },
      }),
      says: 'Method and limits',
    },
  ])('renders $name without a broken number', ({ result, says }) => {
    const text = drillHtml(result);
    expect(text).toContain(says);
    expect(text).not.toMatch(/NaN|Infinity|undefined|\[object/);
  });

  it('claims no harmlessness that was not measured', () => {
    const claim = 'No refusal of the leaked credential coincided';
    expect(page).toContain(claim);
    expect(drillHtml(stoppedResult())).not.toContain(claim);
    const hurt = { ...drillResult().controls, bystander: { accepted: 10, rejected: 2, unknown: 0 } };
    const text = drillHtml(drillResult({ over: { controls: hurt } }));
    expect(text).not.toContain(claim);
    expect(text).toContain('was refused 2 times');
  });

  it('is the same for the same input', () => {
    expect(drillHtml(drillResult(), { predictions: drillPredictions() })).toBe(page);
  });
});
