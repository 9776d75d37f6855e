import type { Finding, RuleId, RuleMeta, Suppressed } from '../model/finding.ts';
import type { Contribution, EffectivePolicy } from '../model/policy.ts';
import { MAX_EXCEPTION_DAYS, WARN_DAYS } from '../model/waiver.ts';
import { DAY } from '../policy/day.ts';
import { meta as baselineExpiredMeta } from '../rules/lint/baseline-expired.ts';
import { meta as baselineUnusedMeta } from '../rules/lint/baseline-unused.ts';
import { meta as directiveExpiredMeta } from '../rules/lint/directive-expired.ts';
import { meta as directiveUnusedMeta } from '../rules/lint/directive-unused.ts';
import { meta as endingMeta } from '../rules/lint/exception-ending.ts';
import { meta as forbiddenMeta } from '../rules/lint/exception-forbidden.ts';
import { meta as longMeta } from '../rules/lint/exception-too-long.ts';
import { meta as waiverExpiredMeta } from '../rules/lint/waiver-expired.ts';
import { meta as waiverUnusedMeta } from '../rules/lint/waiver-unused.ts';
import type { Exception } from './exception.ts';
import { targetOf } from './finding-target.ts';
import type { RuleReport } from './rule-report.ts';

export interface Decided {
  /** Findings that stay. */
  readonly findings: readonly Finding[];
  readonly suppressed: readonly Suppressed[];
  /** What is wrong with the exceptions themselves. */
  readonly reports: readonly RuleReport[];
}

export interface Situation {
  /** Rules that ran: of others nobody knows whether they would have found something. */
  readonly ran: ReadonlySet<RuleId>;
  /** Their final fields are out of reach of every exception. */
  readonly policies: readonly EffectivePolicy[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * The one place where findings are silenced. An exception past its end silences nothing, nor does one on a field that a
 * base declared final; each that silenced nothing is reported, and so is each that ends soon or lasts too long. The first
 * exception that covers a finding is named as the one that silenced it.
 */
export function applyExceptions(
  findings: readonly Finding[],
  exceptions: readonly Exception[],
  { ran, policies, now }: Situation,
): Decided {
  const live = exceptions.filter(({ endsAt }) => now < endsAt);
  const byRule = new Map<string, Exception[]>();
  for (const exception of live) {
    for (const rule of exception.rules) byRule.set(rule, [...(byRule.get(rule) ?? []), exception]);
  }
  const used = new Set<Exception>();
  const kept: Finding[] = [];
  const suppressed: Suppressed[] = [];
  const reports: RuleReport[] = [];
  for (const finding of findings) {
    const covering = (byRule.get(finding.rule) ?? []).filter(({ covers }) => covers(finding));
    for (const exception of covering) used.add(exception);
    const [first] = covering;
    const final = first === undefined ? null : finalAbove(finding, policies);
    if (first === undefined || final !== null) kept.push(finding);
    else {
      const { how, reason, owner, until, at } = first;
      suppressed.push({ finding, how, reason, owner, until, at });
    }
    if (final !== null) reports.push(...covering.map((exception) => forbiddenReport(exception, finding, final)));
  }
  reports.push(
    ...onePerTitle(exceptions.filter(({ endsAt }) => now >= endsAt)).map((expired) =>
      expiredReport(expired, findings, exceptions),
    ),
    ...live
      .filter((exception) => !used.has(exception) && exception.rules.some((id) => isIn(id, ran)))
      .map(unusedReport),
    ...onePerTitle(live.filter(({ endsAt }) => endsAt - now <= WARN_DAYS * DAY)).map((ending) =>
      endingReport(ending, now),
    ),
    ...onePerTitle(live.filter((exception) => isTooLong(exception, now))).map(longReport),
  );
  return { findings: kept, suppressed, reports };
}

/** Entries of a baseline begin and end together, so they are spoken of once; directives are all different. */
function onePerTitle(exceptions: readonly Exception[]): readonly Exception[] {
  const seen = new Set<string>();
  return exceptions.filter(({ how, title, endAt }) => {
    const key = how === 'baseline' ? JSON.stringify([title, endAt.file]) : null;
    if (key === null) return true;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function isIn(id: string, ran: ReadonlySet<string>): boolean {
  return ran.has(id);
}

/** The declaration, by a base of the policy, that makes the field of a finding final; null when there is none. */
function finalAbove(finding: Finding, policies: readonly EffectivePolicy[]): Contribution | null {
  const { policy: name, field } = targetOf(finding);
  const policy = policies.find((candidate) => candidate.name === name);
  if (policy === undefined || field === null) return null;
  const above = policy.final.filter(
    ({ policy: author, value }) => author !== name && (field === value || field.startsWith(`${String(value)}.`)),
  );
  return above[0] ?? null;
}

/** Whether it lasts longer than an exception should. A directive does not say when it began. */
function isTooLong({ how, createdAt, endsAt }: Exception, now: number): boolean {
  return how !== 'directive' && endsAt - (createdAt ?? now) > (MAX_EXCEPTION_DAYS + 1) * DAY;
}

const EXPIRED: Readonly<Record<Exception['how'], RuleMeta>> = {
  directive: directiveExpiredMeta,
  waiver: waiverExpiredMeta,
  baseline: baselineExpiredMeta,
};

const UNUSED: Readonly<Record<Exception['how'], RuleMeta>> = {
  directive: directiveUnusedMeta,
  waiver: waiverUnusedMeta,
  baseline: baselineUnusedMeta,
};

function expiredReport(expired: Exception, findings: readonly Finding[], all: readonly Exception[]): RuleReport {
  const { how, title, until, owner, reason, endAt } = expired;
  const siblings =
    how === 'baseline' ? all.filter((each) => each.title === title && each.endAt.file === endAt.file) : [expired];
  const back = findings.filter((finding) => siblings.some(({ covers }) => covers(finding)));
  const what =
    how === 'baseline'
      ? `silences its ${siblings.length} ${siblings.length === 1 ? 'entry' : 'entries'}`
      : effectOf(expired);
  return {
    meta: EXPIRED[how],
    report: {
      at: endAt,
      message: `${title} ended on ${until} and no longer ${what} (${owner}); its reason was: ${reason}`,
      subject: subjectOf(expired),
      value: until,
      ...(back.length === 0 || how === 'directive'
        ? {}
        : { related: back.map(({ at, rule }) => ({ at, message: `${rule} is back` })) }),
    },
  };
}

function effectOf({ rules, permits }: Exception): string {
  const silences = rules.length === 0 ? [] : [`silences ${rules.join(', ')}`];
  return [...silences, ...(permits.length > 0 ? ['permits anything'] : [])].join(' or ');
}

function unusedReport(exception: Exception): RuleReport {
  const { how, title, rules, idle, at, until } = exception;
  const what = how === 'baseline' ? `this entry of ${title} silences nothing` : `${title} silences nothing`;
  return {
    meta: UNUSED[how],
    report: {
      at,
      message: how === 'directive' ? `${what} of ${rules.join(', ')}: ${idle}` : `${what}: ${idle}`,
      subject: how === 'baseline' ? `${subjectOf(exception)} ${idle}` : subjectOf(exception),
      value: until,
    },
  };
}

function endingReport(exception: Exception, now: number): RuleReport {
  const { title, until, owner, endAt, endsAt, rules, how, permits } = exception;
  const days = Math.ceil((endsAt - now) / DAY);
  const what = [
    ...(how === 'baseline' ? ['what its entries silence is back'] : []),
    ...(how !== 'baseline' && rules.length > 0 ? [`${rules.join(', ')} is back`] : []),
    ...(permits.length > 0 ? ['what it permits is refused'] : []),
  ].join(' and ');
  return {
    meta: endingMeta,
    report: {
      at: endAt,
      message: `${title} ends in ${days} day${days === 1 ? '' : 's'}, after ${until} (${owner}); then ${what}`,
      subject: subjectOf(exception),
      value: until,
    },
  };
}

function longReport(exception: Exception): RuleReport {
  const { title, until, endAt, createdAt } = exception;
  const from = createdAt === null ? 'from today' : 'from the day it was created';
  return {
    meta: longMeta,
    report: {
      at: endAt,
      message: `${title} lasts until ${until}, more than ${MAX_EXCEPTION_DAYS} days ${from}`,
      subject: subjectOf(exception),
      value: until,
    },
  };
}

function forbiddenReport(exception: Exception, finding: Finding, final: Contribution): RuleReport {
  const { title, at, until } = exception;
  return {
    meta: forbiddenMeta,
    report: {
      at,
      message: `${title} cannot silence ${finding.rule}: policy "${final.policy}" declares ${String(final.value)} final`,
      subject: `${subjectOf(exception)} against ${finding.fingerprint}`,
      value: until,
      related: [
        { at: final.at, message: 'declared final' },
        { at: finding.at, message: `${finding.rule} stays` },
      ],
    },
  };
}

function subjectOf({ how, title, rules }: Exception): string {
  return how === 'directive' ? `directive ${rules.join(' ')}` : title;
}
