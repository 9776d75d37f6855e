import { describe, expect, it } from 'vitest';
import type { LintOptions } from '../../src/lint/lint.ts';
import { lint } from '../../src/lint/lint.ts';
import { readEstate } from '../../src/lint/read-whole.ts';
import type { LintResult } from '../../src/model/finding.ts';
import { policyText } from '../../src/rules/example-documents.ts';

const RULE = 'policy/lifetime-over-profile';
const NOW = '2026-06-01T00:00:00Z';
const LONG = policyText('orders', 'tokens:\n  access_token:\n    lifetime: { max: 8h }');

type Files = Readonly<Record<string, string>>;

function run(files: Files, now = NOW, options: LintOptions = {}): LintResult {
  const inputs = Object.entries(files).map(([file, text]) => ({ file, text, named: true }));
  const read = readEstate(inputs, { now: Date.parse(now) });
  expect(read.problems).toEqual([]);
  return lint(read, options);
}

/** Findings of the rule and of the rules about exceptions. */
function told({ findings }: LintResult): readonly string[] {
  return findings
    .filter(({ rule }) => rule === RULE || rule.startsWith('lint/'))
    .map(({ rule, at }) => `${rule} ${at.file}:${at.line}`);
}

function waiver(members: Readonly<Record<string, unknown>> = {}): string {
  const spec = {
    rules: [RULE],
    target: { policy: 'orders' },
    reason: 'nightly jobs hold one token for a whole run',
    created: '2026-05-01',
    expires: '2026-07-15',
    ...members,
  };
  const metadata = { name: 'jobs', owner: '@batch' };
  return JSON.stringify({ apiVersion: 'firebreak.dev/v1alpha1', kind: 'Waiver', metadata, spec }, null, 2);
}

interface Entry {
  readonly path: string;
  readonly rule: string;
  readonly subject: string;
  readonly fingerprint: string;
  readonly content_fingerprint?: string;
}

function baseline(entries: readonly Entry[], expires = '2026-07-15'): string {
  const spec = { reason: 'there before Firebreak was introduced', created: '2026-05-01', expires, entries };
  const metadata = { name: 'main', owner: '@identity' };
  return JSON.stringify({ apiVersion: 'firebreak.dev/v1alpha1', kind: 'Baseline', metadata, spec }, null, 2);
}

/** An entry for every finding of the rule in some files. */
function entriesOf(files: Files): readonly Entry[] {
  return run(files)
    .findings.filter(({ rule }) => rule === RULE)
    .map(({ at, rule, subject, fingerprint, contentFingerprint }) => ({
      path: at.file,
      rule,
      subject,
      fingerprint,
      content_fingerprint: contentFingerprint,
    }));
}

describe('a waiver', () => {
  it('silences the finding and says how, why, who and until when', () => {
    const result = run({ 'p.yaml': LONG, 'w.json': waiver() });
    expect(told(result)).toEqual([]);
    expect(
      result.suppressed.map(({ finding, how, reason, owner, until, at }) => ({
        rule: finding.rule,
        how,
        reason,
        owner,
        until,
        at: `${at.file}:${at.line}`,
      })),
    ).toEqual([
      {
        rule: RULE,
        how: 'waiver',
        reason: 'nightly jobs hold one token for a whole run',
        owner: '@batch',
        until: '2026-07-15',
        at: 'w.json:5',
      },
    ]);
  });

  it.each([
    { name: 'its token class', target: { token: 'access_token' }, fits: true },
    { name: 'another token class', target: { token: 'id_token' }, fits: false },
    { name: 'another policy', target: { policy: 'order' }, fits: false },
    { name: 'its path', target: { paths: ['p.yaml'] }, fits: true },
    { name: 'a pattern', target: { paths: ['x/**', '*.yaml'] }, fits: true },
    { name: 'another path', target: { paths: ['x/*.yaml'] }, fits: false },
    { name: 'policy and another path', target: { policy: 'orders', paths: ['x/*'] }, fits: false },
    { name: 'a verifier', target: { verifier: 'orders' }, fits: false },
  ])('with $name as its target fits: $fits', ({ target, fits }) => {
    const lines = told(run({ 'p.yaml': LONG, 'w.json': waiver({ target }) }));
    expect(lines).toEqual(fits ? [] : [`${RULE} p.yaml:7`, 'lint/waiver-unused w.json:5']);
  });

  it('with fingerprints covers those only', () => {
    const [entry] = entriesOf({ 'p.yaml': LONG });
    const by = (fingerprint: string | undefined): readonly string[] =>
      told(run({ 'p.yaml': LONG, 'w.json': waiver({ fingerprints: [fingerprint] }) }));
    expect(by(entry?.fingerprint)).toEqual([]);
    expect(by('0123456789abcdef')).toEqual([`${RULE} p.yaml:7`, 'lint/waiver-unused w.json:5']);
  });

  it('no longer fits by fingerprint once the value has changed', () => {
    const [entry] = entriesOf({ 'p.yaml': LONG });
    const files = { 'p.yaml': LONG.replace('8h', '9h'), 'w.json': waiver({ fingerprints: [entry?.fingerprint] }) };
    expect(told(run(files))).toContain(`${RULE} p.yaml:7`);
  });

  it('needs a limit', () => {
    const { target: _, ...spec } = (JSON.parse(waiver()) as { spec: Record<string, unknown> }).spec;
    const text = JSON.stringify({ ...(JSON.parse(waiver()) as object), spec });
    for (const written of [text, waiver({ target: {} })]) {
      const { problems } = readEstate([{ file: 'w.json', text: written }], { now: 0 });
      expect(problems.map(({ message }) => message)).toEqual([
        'Waiver "jobs" names neither a target nor fingerprints: it would silence its rules everywhere',
      ]);
    }
  });

  it.each([
    {
      name: 'no owner',
      change: (text: string) => text.replace(',\n    "owner": "@batch"', ''),
      says: 'metadata lacks "owner"',
    },
    {
      name: 'no reason',
      change: (text: string) => text.replace(/"reason": "[^"]*",/, ''),
      says: 'spec lacks "reason"',
    },
    {
      name: 'a short reason',
      change: (text: string) => text.replace(/"reason": "[^"]*"/, '"reason": "legacy"'),
      says: 'spec.reason is too short: "legacy"',
    },
    {
      name: 'no end',
      change: (text: string) => text.replace(/,\n\s*"expires": "[^"]*"/, ''),
      says: 'spec lacks "expires"',
    },
    {
      name: 'an end that is no day',
      change: (text: string) => text.replace('2026-07-15', '2026-02-30'),
      says: 'there is no day 2026-02-30',
    },
    {
      name: 'an end in another notation',
      change: (text: string) => text.replace('2026-07-15', '15.7.2026'),
      says: 'spec.expires is "15.7.2026", not a day',
    },
    {
      name: 'an end before its beginning',
      change: (text: string) => text.replace('2026-07-15', '2026-04-30'),
      says: 'it ends before it was created',
    },
  ])('with $name is refused', ({ change, says }) => {
    const { problems, waivers } = readEstate([{ file: 'w.json', text: change(waiver()) }], { now: 0 });
    expect(problems.map(({ message }) => message)).toEqual([says]);
    expect(waivers).toEqual([]);
  });

  it('cannot silence rules about exceptions, nor rules that do not exist', () => {
    const text = waiver({ rules: [RULE, 'lint/waiver-unused', 'policy/lifetime-over-profil'] });
    const { findings } = run({ 'p.yaml': LONG, 'w.json': text });
    expect(findings.filter(({ rule }) => rule === 'lint/waiver-invalid').map(({ message }) => message)).toEqual([
      'waiver "jobs" silences less than it says: rule lint/waiver-unused cannot be silenced',
      'waiver "jobs" silences less than it says: there is no rule "policy/lifetime-over-profil"; did you mean "policy/lifetime-over-profile"?',
    ]);
  });

  it('cannot reach a field that a base declares final', () => {
    const files = {
      'base.yaml': policyText(
        'base',
        'final: [tokens.access_token]\ntokens:\n  access_token:\n    lifetime: { max: 8h }',
      ),
      'p.yaml': policyText('orders', 'extends: [base]\ntokens:\n  access_token:\n    lifetime: { max: 7h }'),
      'w.json': waiver(),
    };
    const result = run(files);
    expect(told(result)).toContain(`${RULE} p.yaml:8`);
    expect(told(result)).toContain('lint/exception-forbidden w.json:5');
    expect(result.suppressed).toEqual([]);
    // The base itself is its owner's to waive.
    const own = run({ ...files, 'w.json': waiver({ target: { policy: 'base' } }) });
    expect(own.suppressed.map(({ finding }) => finding.at.file)).toEqual(['base.yaml']);
  });
});

describe('the clock of exceptions', () => {
  const files = { 'p.yaml': LONG, 'w.json': waiver(), 'b.json': baseline(entriesOf({ 'p.yaml': LONG })) };

  it.each([
    ['2026-06-30T23:59:59.999Z', []],
    ['2026-07-02T00:00:00Z', ['lint/exception-ending b.json:11', 'lint/exception-ending w.json:17']],
    ['2026-07-15T23:59:59.999Z', ['lint/exception-ending b.json:11', 'lint/exception-ending w.json:17']],
    ['2026-07-16T00:00:00Z', ['lint/baseline-expired b.json:11', `${RULE} p.yaml:7`, 'lint/waiver-expired w.json:17']],
    ['2028-02-29T12:00:00Z', ['lint/baseline-expired b.json:11', `${RULE} p.yaml:7`, 'lint/waiver-expired w.json:17']],
  ])('counts through the last day: at %s', (now, expected) => {
    expect(told(run(files, now))).toEqual(expected);
  });

  it('names the owner, the reason and what is back', () => {
    const { findings } = run(files, '2026-07-16T00:00:00Z');
    const expired = findings.filter(({ rule }) => rule.endsWith('-expired'));
    expect(expired.map(({ message }) => message)).toEqual([
      'baseline "main" ended on 2026-07-15 and no longer silences its 1 entry (@identity); its reason was: there before Firebreak was introduced',
      `waiver "jobs" ended on 2026-07-15 and no longer silences ${RULE} (@batch); its reason was: nightly jobs hold one token for a whole run`,
    ]);
    for (const { related } of expired) {
      expect(related.map(({ at, message }) => `${at.file}:${at.line} ${message}`)).toEqual([
        `p.yaml:7 ${RULE} is back`,
      ]);
    }
  });

  it.each([
    [{ created: '2026-05-01', expires: '2026-07-30' }, []],
    [{ created: '2026-05-01', expires: '2026-07-31' }, ['lint/exception-too-long w.json:17']],
    [{ created: undefined, expires: '2026-08-30' }, []],
    [{ created: undefined, expires: '2026-08-31' }, ['lint/exception-too-long w.json:16']],
  ])('lets a waiver last 90 days: %o', (days, expected) => {
    expect(told(run({ 'p.yaml': LONG, 'w.json': waiver(days) }))).toEqual(expected);
  });
});

describe('a baseline', () => {
  const files = { 'a.yaml': LONG, 'b.yaml': LONG.replace('name: orders', 'name: carts') };
  const known = baseline(entriesOf(files));

  it('silences what it holds', () => {
    const result = run({ ...files, 'baseline.json': known });
    expect(told(result)).toEqual([]);
    expect(result.suppressed.map(({ how, owner, until }) => [how, owner, until])).toEqual([
      ['baseline', '@identity', '2026-07-15'],
      ['baseline', '@identity', '2026-07-15'],
    ]);
  });

  it('shows a finding that takes the place of a repaired one', () => {
    const swapped = {
      'a.yaml': LONG.replace('8h', '10m'),
      'b.yaml': files['b.yaml'],
      'c.yaml': LONG.replace('name: orders', 'name: bills'),
      'baseline.json': known,
    };
    expect(told(run(swapped))).toEqual(['lint/baseline-unused baseline.json:13', `${RULE} c.yaml:7`]);
  });

  it('shows the same setting in another file', () => {
    const files = { 'a.yaml': LONG, 'b.yaml': LONG.replace('name: orders', 'name: carts').replace('8h', '10m') };
    const moved = { 'a.yaml': LONG.replace('8h', '10m'), 'b.yaml': LONG.replace('name: orders', 'name: carts') };
    expect(told(run({ ...moved, 'baseline.json': baseline(entriesOf(files)) }))).toContain(`${RULE} b.yaml:7`);
  });

  it('shows a value that got worse', () => {
    const worse = { ...files, 'a.yaml': LONG.replace('8h', '20h'), 'baseline.json': known };
    expect(told(run(worse))).toEqual([`${RULE} a.yaml:7`, 'lint/baseline-unused baseline.json:13']);
  });

  it('finds a finding again whose file was moved', () => {
    expect(told(run({ 'x/renamed.yaml': LONG, 'b.yaml': files['b.yaml'], 'baseline.json': known }))).toEqual([]);
  });

  it('is not read on demand', () => {
    const lines = told(run({ ...files, 'baseline.json': known }, NOW, { baseline: false }));
    expect(lines).toEqual([`${RULE} a.yaml:7`, `${RULE} b.yaml:7`]);
    expect(told(run({ ...files, 'baseline.json': known }, NOW, { ignores: false }))).toEqual(lines);
  });
});

describe('several exceptions for one finding', () => {
  it('are all used, and the nearest is named', () => {
    const directive = LONG.replace(
      '{ max: 8h }',
      `{ max: 8h } # firebreak-ignore ${RULE} until=2026-07-15 owner=@team -- jobs`,
    );
    const files = { 'p.yaml': directive, 'w.json': waiver(), 'b.json': baseline(entriesOf({ 'p.yaml': LONG })) };
    const result = run(files);
    expect(told(result)).toEqual([]);
    expect(result.suppressed.map(({ how, owner }) => [how, owner])).toEqual([['directive', '@team']]);
  });
});
