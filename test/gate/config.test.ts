import { describe, expect, it } from 'vitest';
import { findProtectedChanges } from '../../src/gate/protected.ts';
import { readGateConfig } from '../../src/policy/read-gate-config.ts';
import { findWaiverChanges } from '../../src/gate/waiver-changes.ts';
import type { Waiver } from '../../src/model/waiver.ts';
import { GATE_DEFAULTS, STRICT_GATE } from '../../src/policy/gate-defaults.ts';
import { readWaiver } from '../../src/policy/read-waiver.ts';
import { told, validOf } from '../policy/documents-read.ts';

const read = (text: string | null): ReturnType<typeof readGateConfig> => readGateConfig('firebreak.yaml', text);

describe('firebreak.yaml', () => {
  it('has defaults for all that it leaves out', () => {
    expect(read(null)).toEqual({ config: GATE_DEFAULTS, problems: [] });
    expect(read('version: 1\n')).toEqual({ config: GATE_DEFAULTS, problems: [] });
    expect(read('version: 1\ngate: {}\n').config).toMatchObject({ ...GATE_DEFAULTS, at: { line: 2 } });
  });

  it('chooses every rule', () => {
    const { config, problems } = read(`
version: 1
gate:
  more_permissive: deny
  incomparable: deny
  less_permissive: warn
  dead: deny
  breaking_transient: approve
  breaking_persistent: deny
  ungoverned: approve
  unknown: approve
  assurance_weaker: allow
  approvals:
    min: 2
    teams: { identity-security: [alice@example.com, "@bob"] }
    from: [team:identity-security, carol@example.com]
    prevent_self_approval: false
    sticky: false
    ttl: 7d
  replay: { max_revoked: 0.1%, min_decidable: 100% }
  mass_change: { share: 50%, of: 20 }
  protected: { rule: warn, paths: [.github/workflows/**] }
`);
    expect(told(problems)).toEqual([]);
    expect(config).toMatchObject({
      rules: {
        more_permissive: 'deny',
        incomparable: 'deny',
        less_permissive: 'warn',
        dead: 'deny',
        breaking_transient: 'approve',
        breaking_persistent: 'deny',
        ungoverned: 'approve',
        unknown: 'approve',
        assurance_weaker: 'allow',
      },
      approvals: {
        min: 2,
        from: ['alice@example.com', '@bob', 'carol@example.com'],
        preventSelfApproval: false,
        sticky: false,
        ttl: 7 * 86_400_000,
      },
      replay: { maxRevoked: 0.001, minDecidable: 1 },
      massChange: { share: 0.5, of: 20 },
      protected: { rule: 'warn', paths: ['.github/workflows/**'] },
    });
  });

  it.for([
    ['an unknown key', 'version: 1\ngat: {}', '2:1 unknown key "gat" in the document | did you mean "gate"?'],
    [
      'an unknown kind of change',
      'version: 1\ngate: { more_permisive: allow }',
      '2:9 unknown key "more_permisive" in gate | did you mean "more_permissive"?',
    ],
    [
      'an unknown rule',
      'version: 1\ngate: { dead: alow }',
      '2:15 gate.dead cannot be "alow" | did you mean "allow"? choose one of allow, warn, approve, deny',
    ],
    ['another version', 'version: 2', '1:10 version cannot be 2 | choose one of 1'],
    ['no version', 'gate: {}', '1:1 the document lacks "version" | add version: to it'],
    [
      'a team that nobody is in',
      'version: 1\ngate: { approvals: { from: [team:sec] } }',
      '2:29 there is no team "team:sec" | list its people under gate.approvals.teams',
    ],
    [
      'a person that is none',
      'version: 1\ngate: { approvals: { from: [alice] } }',
      '2:29 gate.approvals.from[0] is "alice", not a person or a team | write a mail address, "@name" in quotes, or team:NAME',
    ],
    [
      'a share that is none',
      'version: 1\ngate: { mass_change: { share: 0.3 } }',
      '2:31 gate.mass_change.share must be text, not 0.3 | put quotes around it',
    ],
    ['no content', '', '1:1 the file is empty | write a document into it, or remove it'],
    [
      'two documents',
      'version: 1\n---\nversion: 1',
      '1:1 firebreak.yaml holds 2 documents | write one, with version: 1',
    ],
  ] as const)('with %s is a fault, and then nothing passes by itself', ([, text, says]) => {
    const { config, problems } = read(text);
    expect(told(problems)).toEqual([says]);
    expect(config).toBe(STRICT_GATE);
    expect(Object.values(config.rules).every((rule) => rule === 'approve' || rule === 'deny')).toBe(true);
  });
});

describe('what is protected', () => {
  const GATE = 'version: 1\ngate: { dead: deny }\n';
  const RAIL = 'kind: Guardrail\nmetadata: { name: org }\nspec: { ceiling: { tokens: {} } }\n';
  const side = (files: Readonly<Record<string, string>>): { file: string; text: string }[] =>
    Object.entries(files).map(([file, text]) => ({ file, text }));
  const changes = (base: Readonly<Record<string, string>>, head: Readonly<Record<string, string>>): string[] =>
    findProtectedChanges(side(base), side(head), GATE_DEFAULTS).map(({ message }) => message);

  it.for([
    ['nothing', {}, {}, []],
    ['the form of the gate', { 'firebreak.yaml': GATE }, { 'firebreak.yaml': `# why\n${GATE}` }, []],
    [
      'the gate',
      { 'firebreak.yaml': GATE },
      { 'firebreak.yaml': GATE.replace('deny', 'allow') },
      ['the gate of firebreak.yaml has changed'],
    ],
    ['a gate that goes', { 'firebreak.yaml': GATE }, {}, ['the gate of firebreak.yaml has changed']],
    ['a gate that comes and says what holds anyway', {}, { 'firebreak.yaml': 'version: 1\n' }, []],
    ['a gate that breaks', {}, { 'firebreak.yaml': 'version: 1\ngate: [' }, ['the gate of firebreak.yaml has changed']],
    ['a settings file elsewhere', {}, { 'sub/firebreak.yaml': GATE }, []],
    ['a guardrail', { 'a.yaml': RAIL }, { 'a.yaml': RAIL.replace('{}', '{ x: 1 }') }, ['Guardrail "org" has changed']],
    ['a guardrail that moves', { 'a.yaml': RAIL }, { 'b.yaml': `---\n${RAIL}` }, []],
    ['a guardrail that goes', { 'a.yaml': RAIL }, { 'a.yaml': 'kind: x' }, ['Guardrail "org" is gone']],
    ['a guardrail that cannot be read', { 'a.yaml': RAIL }, { 'a.yaml': `${RAIL}  [` }, ['Guardrail "org" is gone']],
    ['a new guardrail', {}, { 'a.yaml': RAIL }, ['Guardrail "org" is new']],
    ['the code owners', { CODEOWNERS: '* @a' }, { CODEOWNERS: '* @b' }, ['CODEOWNERS has changed']],
    ['other files', { 'README.md': 'a' }, { 'README.md': 'b' }, []],
  ] as [string, Record<string, string>, Record<string, string>, string[]][])('tells of %s', ([, base, head, found]) => {
    expect(changes(base, head)).toEqual(found);
  });

  it('is named by what it says before and after', () => {
    const print = (rule: string): string | undefined =>
      findProtectedChanges([], side({ 'firebreak.yaml': GATE.replace('deny', rule) }), GATE_DEFAULTS)[0]?.fingerprint;
    expect(print('deny')).toMatch(/^[0-9a-f]{12}$/);
    expect(print('deny')).not.toBe(print('allow'));
    expect(print('deny')).toBe(print('deny'));
  });
});

describe('waivers that ask for more than they are for', () => {
  const NOW = Date.parse('2026-06-01T00:00:00Z');
  const waiver = (expires: string, created = '2026-06-01'): Waiver => {
    const reading = readWaiver(
      validOf(`
apiVersion: firebreak.dev/v1alpha1
kind: Waiver
metadata: { name: legacy, owner: "@a" }
spec:
  rules: [policy/alg-deprecated]
  target: { policy: orders }
  reason: the exporter cannot do better until winter
  created: ${created}
  expires: ${expires}
`),
    );
    if (reading.waiver === null) throw new Error(told(reading.problems).join('\n'));
    return reading.waiver;
  };
  const found = (base: readonly Waiver[], head: readonly Waiver[], times = 0): readonly string[] =>
    findWaiverChanges({ base, head, extensions: new Map([['legacy', times]]), now: NOW }).map(({ message }) => message);

  it.for([
    ['a new one of 90 days', [], [waiver('2026-08-30')], 0, []],
    ['a new one of more', [], [waiver('2026-08-31')], 0, ['Waiver "legacy" lasts 91 days, more than 90']],
    ['a long one that was there', [waiver('2027-08-30')], [waiver('2027-08-30')], 0, []],
    ['one that ends sooner', [waiver('2027-08-30')], [waiver('2027-08-01')], 3, []],
    ['one that is extended', [waiver('2026-07-01')], [waiver('2026-08-01')], 0, []],
    [
      'one that is extended again',
      [waiver('2026-07-01')],
      [waiver('2026-08-01')],
      1,
      ['Waiver "legacy" has its end moved again, 2 times in all'],
    ],
  ] as [string, Waiver[], Waiver[], number, string[]][])('%s', ([, base, head, times, says]) => {
    expect(found(base, head, times)).toEqual(says);
  });
});
