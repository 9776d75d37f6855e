import type { Report, RuleMeta } from '../model/finding.ts';

/** A report with the rule that gave it. */
export interface RuleReport {
  readonly meta: RuleMeta;
  readonly report: Report;
}
