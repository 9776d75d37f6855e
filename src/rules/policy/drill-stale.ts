import type { Report, Rule } from '../../model/finding.ts';
import { startOf as beginningOf } from '../../model/location.ts';
import { showBound } from '../../model/quantity.ts';
import { policyText } from '../example-documents.ts';
import { drillResultText } from '../example-drill-results.ts';
import { isApplied } from '../policy-facts.ts';
import { measuredDrills, startOf } from '../recorded-drills.ts';

const DAY_MS = 86_400_000;

const PROMISE = policyText('orders', 'drills:\n  - { drill: leaked-signing-key, every: 30d }');

export const rule: Rule<'policy'> = {
  id: 'policy/drill-stale',
  on: 'policy',
  severity: 'warning',
  securitySeverity: 3.9,
  confidence: 'certain',
  summary: 'A drill that the policy promises was not run for longer than it promises, or never.',
  why: 'Caches, libraries and replicas change every week, and with them the time that a leak stays usable. A measurement that is older than the policy allows speaks of a system that is no longer there.',
  fix: 'Run the drill with --record drills/results and commit what it writes; a workflow on a schedule does both.',
  sources: ['NIST SP 800-84 section 2.4', 'docs/drill-results.md#rules'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'policy.yaml': PROMISE,
          'drills/results/leaked-signing-key/run.json': drillResultText({ startedAt: '2026-03-01T09:00:00Z' }),
        },
        note: 'examples are judged on 2026-06-01',
      },
      {
        files: {
          'policy.yaml': PROMISE,
          'drills/results/leaked-signing-key/stopped.json': drillResultText({
            startedAt: '2026-05-31T09:00:00Z',
            stopped: true,
          }),
        },
        note: 'a run that was stopped has measured nothing',
      },
    ],
    good: [
      {
        files: {
          'policy.yaml': PROMISE,
          'drills/results/leaked-signing-key/run.json': drillResultText({ startedAt: '2026-05-20T09:00:00Z' }),
        },
      },
    ],
  },
  *check(policy, estate): Iterable<Report> {
    if (!isApplied(policy, estate)) return;
    const measured = measuredDrills(estate).filter(({ result }) => result.policy.name === policy.name);
    for (const { drill, every, at } of policy.drills) {
      const newest = measured.find(({ result }) => result.drill.name === drill);
      const promised = `policy "${policy.name}" promises drill "${drill}" every ${showBound(every)}`;
      const subject = `policy ${policy.name}/drills[${drill}]`;
      if (newest === undefined) {
        // Results may be kept elsewhere, so that none is here proves little.
        const confidence = 'possible' as const;
        const message = `${promised}, and no result is recorded: it was never drilled, as far as this repository knows`;
        yield { at, severity: 'info', confidence, message, subject, value: 'never' };
        continue;
      }
      const age = estate.now - startOf(newest);
      if (age <= every) continue;
      yield {
        at,
        message: `${promised}; the newest result is ${Math.floor(age / DAY_MS)} days old`,
        subject,
        value: 'stale',
        related: [{ at: beginningOf(newest.file), message: `run ${newest.result.runId}` }],
      };
    }
  },
};
