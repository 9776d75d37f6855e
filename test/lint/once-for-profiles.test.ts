import { describe, expect, it } from 'vitest';
import { onceForProfiles } from '../../src/lint/once-for-profiles.ts';
import type { Report } from '../../src/model/finding.ts';

function report(profile: string | null, changes: Partial<Report> = {}): Report {
  return {
    at: { file: 'application.yml', line: 4, column: 9, endLine: 4, endColumn: 20 },
    message: `verifier "oidc"${profile === null ? '' : ` of profile "${profile}"`} fetches its keys without TLS`,
    subject: `verifier oidc${profile === null ? '' : ` [${profile}]`}/jwksUri`,
    value: 'http://id.example.com',
    ...changes,
  };
}

describe('a finding in the same place', () => {
  it('is told of the base, whatever the order', () => {
    const base = report(null);
    expect(onceForProfiles([report('prod'), base, report('test')])).toEqual([base]);
    expect(onceForProfiles([base, report('prod')])).toEqual([base]);
  });

  it('is told of the first profile where there is no base', () => {
    expect(onceForProfiles([report('dev'), report('test')])).toEqual([report('dev')]);
  });

  it('is told again where the place, the value or the words differ', () => {
    const reports = [
      report(null),
      report('prod', { at: { file: 'application.yml', line: 12, column: 9, endLine: 12, endColumn: 20 } }),
      report('test', { value: 'http://other.example.com' }),
      report('dev', {
        message: 'verifier "oidc" of profile "dev" fetches its keys without TLS; policy "p" forbids it',
      }),
      report('ci', { subject: 'verifier jwt [ci]/jwksUri' }),
    ];
    expect(onceForProfiles(reports)).toEqual(reports);
  });

  it('is never left out of what has no profile', () => {
    expect(onceForProfiles([report(null), report(null)])).toHaveLength(2);
  });
});
