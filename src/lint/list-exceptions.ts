import type { Finding, LintResult } from '../model/finding.ts';
import type { Location } from '../model/location.ts';
import { compareLocations } from '../model/location.ts';
import type { SuppressionKind } from '../model/waiver.ts';
import { DAY } from '../policy/day.ts';
import { RULES } from '../rules/registry.ts';
import { exceptionsOf } from './exceptions-of.ts';
import { lint } from './lint.ts';
import type { EstateRead } from './read-estate.ts';

/** One agreed exception, for lists. A baseline is one, with all its entries. */
export interface ListedException {
  readonly how: SuppressionKind;
  /** Of the document; null for directives. */
  readonly name: string | null;
  readonly owner: string;
  readonly reason: string;
  readonly ticket: string | null;
  readonly until: string;
  /** Whole days that are left, today included; 0 or less when it has ended. */
  readonly daysLeft: number;
  readonly rules: readonly string[];
  /** Values it lets in, a line each. */
  readonly permits: readonly string[];
  /** Findings it silences. */
  readonly silences: number;
  readonly at: Location;
}

/** Every exception with what it silences today, those that end first in front. */
export function listExceptions(read: EstateRead): readonly ListedException[] {
  const findings = lint(read, { ignores: false }).findings;
  const { suppressed } = lint(read);
  const known: ReadonlySet<string> = new Set(RULES.map(({ id }) => id));
  const { exceptions } = exceptionsOf(read, withoutOwn(findings), known, { ignores: true, baseline: true });
  const listed = new Map<string, ListedException>();
  for (const { how, name, owner, reason, ticket, until, endsAt, rules, permits, at, endAt } of exceptions) {
    const key = how === 'baseline' ? JSON.stringify([how, name, endAt.file]) : JSON.stringify([how, name, at]);
    const before = listed.get(key);
    listed.set(key, {
      how,
      name,
      owner,
      reason,
      ticket,
      until,
      daysLeft: Math.ceil((endsAt - read.estate.now) / DAY),
      rules: [...new Set([...(before?.rules ?? []), ...rules])].sort(),
      permits,
      silences: (before?.silences ?? 0) + countAt(suppressed, at),
      at: before?.at ?? (how === 'baseline' ? endAt : at),
    });
  }
  return [...listed.values()].sort((a, b) => a.daysLeft - b.daysLeft || compareLocations(a.at, b.at));
}

function withoutOwn(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ rule }) => !rule.startsWith('lint/'));
}

function countAt(suppressed: LintResult['suppressed'], at: Location): number {
  return suppressed.filter((each) => compareLocations(each.at, at) === 0).length;
}
