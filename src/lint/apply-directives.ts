import type { Finding, LintResult, RuleId, RuleMeta } from '../model/finding.ts';
import { meta as expiredMeta } from '../rules/lint/directive-expired.ts';
import { meta as unusedMeta } from '../rules/lint/directive-unused.ts';
import type { Directive } from './directive.ts';
import type { RuleReport } from './rule-report.ts';

export interface Decided {
  /** Findings that stay. */
  readonly findings: readonly Finding[];
  readonly suppressed: LintResult['suppressed'];
  /** What is wrong with the directives themselves. */
  readonly reports: readonly RuleReport[];
}

/**
 * Lets directives silence findings of their rule in their lines. One that is past its end silences nothing, and each
 * that silenced nothing is reported, unless its rule did not run.
 *
 * @param ran rules that ran
 * @param now milliseconds since the epoch
 */
export function applyDirectives(
  findings: readonly Finding[],
  directives: readonly Directive[],
  ran: ReadonlySet<RuleId>,
  now: number,
): Decided {
  const live = directives.filter(({ endsAt }) => now < endsAt);
  const used = new Set<Directive>();
  const kept: Finding[] = [];
  const suppressed: LintResult['suppressed'][number][] = [];
  for (const finding of findings) {
    const covering = live.filter((directive) => covers(directive, finding));
    const [first] = covering;
    for (const directive of covering) used.add(directive);
    if (first === undefined) kept.push(finding);
    else suppressed.push({ finding, reason: first.reason, at: first.at });
  }
  const expired = directives.filter(({ endsAt }) => now >= endsAt).map(expiredReport);
  const unused = live
    .filter((directive) => !used.has(directive) && [...ran].some((id) => id === directive.rule))
    .map(unusedReport);
  return { findings: kept, suppressed, reports: [...expired, ...unused] };
}

function covers({ rule, at, scope }: Directive, finding: Finding): boolean {
  return (
    rule === finding.rule &&
    at.file === finding.at.file &&
    scope !== null &&
    scope.first <= finding.at.line &&
    finding.at.line <= scope.last
  );
}

function expiredReport({ rule, until, owner, reason, at }: Directive): RuleReport {
  const who = owner === null ? '' : ` (${owner})`;
  return report(expiredMeta, {
    at,
    message: `this directive ended on ${until} and no longer silences ${rule}${who}; its reason was: ${reason}`,
    subject: `directive ${rule}`,
    value: until,
  });
}

function unusedReport({ rule, until, at, scope }: Directive): RuleReport {
  const where = scope === null ? 'nothing stands below it' : `there is no finding of it in ${showLines(scope)}`;
  return report(unusedMeta, {
    at,
    message: `this directive silences nothing of ${rule}: ${where}`,
    subject: `directive ${rule}`,
    value: until,
  });
}

function showLines({ first, last }: NonNullable<Directive['scope']>): string {
  return first === last ? `line ${first}` : `lines ${first} to ${last}`;
}

function report(meta: RuleMeta, content: RuleReport['report']): RuleReport {
  return { meta, report: content };
}
