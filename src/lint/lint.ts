import { UserError } from '../model/failure.ts';
import type { AnyRule, Confidence, Estate, Finding, LintResult, Report, RuleId, Severity } from '../model/finding.ts';
import { compareLocations } from '../model/location.ts';
import { sha256Hex } from '../policy/digest.ts';
import { nearest } from '../policy/nearest.ts';
import { RULES } from '../rules/registry.ts';
import type { Directive } from './directives.ts';
import { DIRECTIVE_RULES, directiveFor, readDirectives } from './directives.ts';
import type { EstateRead } from './read-estate.ts';

export interface LintOptions {
  /** Only these rules. */
  readonly only?: readonly string[];
  /** All but these. */
  readonly skip?: readonly string[];
  /** false shows what directives silence. Default true. */
  readonly ignores?: boolean;
}

/**
 * Runs the rules over an estate. The same input in any order gives the same result, byte for byte.
 *
 * @throws UserError usage/bad-argument for a rule that does not exist
 */
export function lint(read: EstateRead, options: LintOptions = {}): LintResult {
  const { estate, drills, problems, texts } = read;
  const rules = chooseRules(options);
  const found = rules.flatMap((rule) => [...reportsOf(rule, estate)].map((report) => toFinding(rule, report)));
  const parsed = [...texts].map(([file, text]) => readDirectives(file, text));
  const directives = parsed.flatMap((file) => file.directives);
  const findings: Finding[] = [];
  const suppressed: LintResult['suppressed'][number][] = [];
  const used = new Set<Directive>();
  for (const finding of found) {
    const directive = directiveFor(finding, directives, estate.now);
    if (directive !== null) used.add(directive);
    if (directive !== null && options.ignores !== false)
      suppressed.push({ finding, reason: directive.reason, at: directive.at });
    else findings.push(finding);
  }
  const partial = (options.only?.length ?? 0) > 0 || (options.skip?.length ?? 0) > 0;
  findings.push(
    ...parsed.flatMap(({ malformed }) =>
      malformed.map(({ at, message }) =>
        directiveFinding('invalid', 'error', { at, message, subject: 'directive', value: message }),
      ),
    ),
  );
  // Half a run cannot tell that a directive is of no use.
  findings.push(...directives.flatMap((directive) => judgeDirective(directive, used, { now: estate.now, partial })));
  const sorted = distinct(findings.toSorted(compareFindings));
  const count = (severity: Severity): number => sorted.filter((finding) => finding.severity === severity).length;
  return {
    findings: sorted,
    suppressed: suppressed.toSorted((a, b) => compareFindings(a.finding, b.finding)),
    errors: problems.toSorted(
      (a, b) => (a.at === null || b.at === null ? 0 : compareLocations(a.at, b.at)) || (a.message < b.message ? -1 : 1),
    ),
    summary: {
      policies: estate.policies.length,
      inventories: estate.inventories.length,
      drills: drills.length,
      jwks: estate.jwks.length,
      tokens: estate.tokens.length,
      rules: rules.length,
      bySeverity: { error: count('error'), warning: count('warning'), info: count('info') },
    },
  };
}

function chooseRules({ only = [], skip = [] }: LintOptions): readonly AnyRule[] {
  const ids = RULES.map(({ id }) => id);
  for (const name of [...only, ...skip]) {
    if (!ids.includes(name as RuleId)) {
      const close = nearest(name, ids);
      throw new UserError('usage/bad-argument', `there is no rule "${name}"`, {
        hint: close === null ? 'firebreak rules lists them' : `did you mean "${close}"?`,
      });
    }
  }
  return RULES.filter(({ id }) => (only.length === 0 || only.includes(id)) && !skip.includes(id));
}

function* reportsOf(rule: AnyRule, estate: Estate): Generator<Report> {
  switch (rule.on) {
    case 'policy':
      for (const policy of estate.policies) yield* rule.check(policy, estate);
      return;
    case 'jwks':
      for (const set of estate.jwks) yield* rule.check(set, estate);
      return;
    case 'token':
      for (const token of estate.tokens) yield* rule.check(token, estate);
      return;
    case 'estate':
      yield* rule.check(estate, estate);
  }
}

function toFinding(
  { id, severity, confidence }: { readonly id: RuleId; readonly severity: Severity; readonly confidence: Confidence },
  report: Report,
): Finding {
  return {
    rule: id,
    severity: report.severity ?? severity,
    confidence,
    message: report.message,
    at: report.at,
    related: report.related ?? [],
    // Structure and value, no line numbers: moving text keeps the finding, changing the value makes a new one.
    fingerprint: sha256Hex(['v1', id, report.at.file, report.subject, report.value].join('\n')).slice(0, 16),
  };
}

function directiveFinding(kind: keyof typeof DIRECTIVE_RULES, severity: Severity, report: Report): Finding {
  return toFinding({ id: DIRECTIVE_RULES[kind], severity, confidence: 'certain' }, report);
}

function judgeDirective(
  directive: Directive,
  used: ReadonlySet<Directive>,
  { now, partial }: { readonly now: number; readonly partial: boolean },
): readonly Finding[] {
  const { at, rule, untilText, until } = directive;
  const subject = `directive ${rule}`;
  if (!RULES.some(({ id }) => id === rule))
    return [
      directiveFinding('invalid', 'error', {
        at,
        subject,
        value: rule,
        message: `the directive names rule "${rule}", which does not exist`,
      }),
    ];
  if (until < now)
    return [
      directiveFinding('expired', 'error', {
        at,
        subject,
        value: untilText,
        message: `the directive for ${rule} ended on ${untilText}; what it silenced counts again`,
      }),
    ];
  if (!partial && !used.has(directive))
    return [
      directiveFinding('unused', 'warning', {
        at,
        subject,
        value: untilText,
        message: `the directive for ${rule} silences nothing; remove it`,
      }),
    ];
  return [];
}

function compareFindings(a: Finding, b: Finding): number {
  return compareLocations(a.at, b.at) || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : a.message < b.message ? -1 : 1);
}

/** Two findings of one identity are one finding said twice. */
function distinct(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ fingerprint, at }) => {
    const key = `${fingerprint} ${at.line}:${at.column}`;
    return seen.has(key) ? false : seen.add(key);
  });
}
