import { describe, expect, it } from 'vitest';
import { createUseGroups } from '../../src/incident/group-uses.ts';
import type { ScopeUse } from '../../src/model/incident-scope.ts';
import { LEAK, incidentOf, logOf, scopeOf } from './logs.ts';

const [EXAMPLE] = scopeOf(incidentOf({ kind: 'sid', value: 's' }), [logOf('json-lines', [{ at: 1, sid: 's' }])]).uses;

function use(ip: string, when: 'before' | 'after'): ScopeUse {
  if (EXAMPLE === undefined) throw new Error('the example was not found');
  return { ...EXAMPLE, ip, when, time: LEAK + (when === 'before' ? -1 : 1) };
}

describe('counting uses by what they have in common', () => {
  it('has room for an attacker, however many owners came before', () => {
    const groups = createUseGroups(5);
    for (let at = 0; at < 100; at += 1) groups.add(use(`10.0.0.${at}`, 'before'));
    groups.add(use('198.51.100.9', 'after'));
    groups.add(use('10.0.0.3', 'after'));
    groups.add(use('10.0.0.99', 'after'));
    const ips = groups.result(true).filter(({ by }) => by === 'ip');
    expect(groups.full()).toContain('ip');
    expect(ips.filter(({ isNew }) => isNew).map(({ value }) => value)).toEqual(['198.51.100.9']);
    expect(ips.filter(({ after }) => after > 0).map(({ value, before }) => [value, before])).toEqual([
      ['10.0.0.3', 1],
      ['10.0.0.99', 0],
      ['198.51.100.9', 0],
    ]);
    expect(ips).toHaveLength(7);
  });

  it('calls nothing new when nothing is known from before', () => {
    const groups = createUseGroups();
    groups.add(use('198.51.100.9', 'after'));
    expect(groups.result(false).some(({ isNew }) => isNew)).toBe(false);
  });
});
