import { compareText } from '../model/compare-text.ts';
import type { ConfigSubject } from '../model/config.ts';
import { UserError } from '../model/failure.ts';
import type { AnyRule, Estate, Finding, LintResult, Report, RuleId, RuleMeta, RuleTime } from '../model/finding.ts';
import type { JwksFacts } from '../model/key.ts';
import { compareLocations, showLocation } from '../model/location.ts';
import type { Profile, ProfileName } from '../model/profile.ts';
import type { IdlePermit, Waiver } from '../model/waiver.ts';
import { nearest } from '../policy/nearest.ts';
import { meta as invalidMeta } from '../rules/lint/directive-invalid.ts';
import { meta as waiverUnusedMeta } from '../rules/lint/waiver-unused.ts';
import { meta as waiverInvalidMeta } from '../rules/lint/waiver-invalid.ts';
import { PROFILES, raisedBy } from '../rules/profiles.ts';
import { CHECKS, RULES } from '../rules/registry.ts';
import { applyExceptions } from './apply-exceptions.ts';
import { countBySeverity } from './count.ts';
import type { DirectiveReading } from './directive.ts';
import { exceptionsOf } from './exceptions-of.ts';
import { fingerprintOf } from './fingerprint.ts';
import { onceForProfiles } from './once-for-profiles.ts';
import type { EstateRead } from './read-estate.ts';
import type { RuleReport } from './rule-report.ts';

export interface LintOptions {
  /** The standard to judge by. Default `default`. */
  readonly profile?: ProfileName;
  /** Keys that have leaked, by `kid` or RFC 7638 thumbprint. */
  readonly compromised?: readonly string[];
  /** Run these rules only. */
  readonly only?: readonly string[];
  /** Leave these rules out. */
  readonly skip?: readonly string[];
  /** Whether directives and waivers silence findings. Default true. */
  readonly ignores?: boolean;
  /** Whether baselines do. Default: as `ignores`. */
  readonly baseline?: boolean;
  /** Monotonic milliseconds, to measure how long each rule takes; nothing is measured without it. */
  readonly monotonic?: () => number;
}

/** The rules of a run, with a check and without. */
export interface Catalogue {
  readonly checks: readonly AnyRule[];
  readonly rules: readonly RuleMeta[];
}

const REGISTRY: Catalogue = { checks: CHECKS, rules: RULES };

/**
 * Runs the rules over everything that was read. The result depends on the content of the files, their names and `now`
 * only: findings are sorted by file, line, column and rule.
 *
 * @throws UserError usage/bad-argument for a rule to run or leave out that does not exist
 */
export function lint(read: EstateRead, options: LintOptions = {}, catalogue: Catalogue = REGISTRY): LintResult {
  const chosen = chooseRules(options, catalogue);
  const profile = PROFILES[options.profile ?? 'default'];
  const estate: Estate = { ...read.estate, profile, compromised: options.compromised ?? [] };
  const subjects = subjectsOf(estate);
  const times: RuleTime[] = [];
  const reports = catalogue.checks
    .filter(({ id }) => chosen.has(id))
    .flatMap((rule) => timed(rule.id, times, options.monotonic, () => runRule(rule, estate, subjects)))
    .map((report) => raised(report, profile));
  const known: ReadonlySet<string> = new Set(catalogue.rules.map(({ id }) => id));
  const ignores = options.ignores !== false;
  const all = toFindings(reports);
  const { exceptions, readings } = exceptionsOf(read, all, known, { ignores, baseline: options.baseline ?? ignores });
  const { policies, inventories, jwks, tokens, now } = read.estate;
  const decided = applyExceptions(all, exceptions, { ran: chosen, policies, now });
  const aboutExceptions = [
    ...invalidReports(readings),
    ...(ignores ? read.waivers : []).flatMap((waiver) => wrongRules(waiver, known)),
    ...(ignores ? (read.estate.idlePermits ?? []) : []).map(idleReport),
    ...decided.reports,
  ].filter(({ meta }) => chosen.has(meta.id));
  const findings = [...decided.findings, ...toFindings(aboutExceptions)].sort(compareFindings);
  return {
    findings,
    suppressed: decided.suppressed,
    ran: [...chosen],
    profile: profile.name,
    ...(options.monotonic === undefined ? {} : { times }),
    errors: read.problems,
    summary: {
      policies: policies.length,
      inventories: inventories.length,
      drills: read.drills.length,
      jwks: jwks.length,
      tokens: tokens.length,
      configs: new Set(read.estate.configs.map(({ file }) => file)).size,
      rules: chosen.size,
      bySeverity: countBySeverity(findings),
    },
  };
}

/** A warning that the profile calls an error is one; nothing is lowered. */
function raised({ meta, report }: RuleReport, profile: Profile): RuleReport {
  const severity = report.severity ?? meta.severity;
  return severity === 'warning' && raisedBy(profile, meta.id) !== null
    ? { meta, report: { ...report, severity: 'error' } }
    : { meta, report };
}

function timed<T>(rule: RuleId, times: RuleTime[], monotonic: LintOptions['monotonic'], run: () => T): T {
  if (monotonic === undefined) return run();
  const before = monotonic();
  const result = run();
  times.push({ rule, ms: monotonic() - before });
  return result;
}

function chooseRules({ only = [], skip = [] }: LintOptions, { rules }: Catalogue): ReadonlySet<RuleId> {
  const ids: readonly string[] = rules.map(({ id }) => id);
  for (const id of [...only, ...skip]) {
    if (ids.includes(id)) continue;
    const close = nearest(id, ids);
    throw new UserError('usage/bad-argument', `there is no rule "${id}"`, {
      hint: close === null ? 'firebreak rules lists them' : `did you mean "${close}"?`,
    });
  }
  return new Set(
    rules.map(({ id }) => id).filter((id) => (only.length === 0 || only.includes(id)) && !skip.includes(id)),
  );
}

/** What rules look at, each kind gathered once for all of them. */
type Subjects = {
  readonly [Kind in ConfigSubject['kind']]: readonly Extract<ConfigSubject, { readonly kind: Kind }>[];
} & { readonly jwks: readonly JwksFacts[] };

function subjectsOf(estate: Estate): Subjects {
  const { configs } = estate;
  return {
    jwks: [...estate.jwks, ...inlineKeys(estate)],
    verifier: configs.filter((config) => config.kind === 'verifier'),
    issuer: configs.filter((config) => config.kind === 'issuer'),
    client: configs.filter((config) => config.kind === 'client'),
    route: configs.filter((config) => config.kind === 'route'),
    library: configs.filter((config) => config.kind === 'library'),
  };
}

function runRule(rule: AnyRule, estate: Estate, subjects: Subjects): readonly RuleReport[] {
  return onceForProfiles(reportsOf(rule, estate, subjects)).map((report) => ({ meta: rule, report }));
}

function reportsOf(rule: AnyRule, estate: Estate, subjects: Subjects): readonly Report[] {
  switch (rule.on) {
    case 'policy':
      return checkEach(rule.check, estate.policies, estate);
    case 'jwks':
      return checkEach(rule.check, subjects.jwks, estate);
    case 'token':
      return checkEach(rule.check, estate.tokens, estate);
    case 'discovery':
      return checkEach(rule.check, estate.discovery ?? [], estate);
    case 'history':
      return checkEach(rule.check, estate.histories ?? [], estate);
    case 'verifier':
      return checkEach(rule.check, subjects.verifier, estate);
    case 'issuer':
      return checkEach(rule.check, subjects.issuer, estate);
    case 'client':
      return checkEach(rule.check, subjects.client, estate);
    case 'route':
      return checkEach(rule.check, subjects.route, estate);
    case 'library':
      return checkEach(rule.check, subjects.library, estate);
    case 'estate':
      return checkEach(rule.check, [estate], estate);
  }
}

function checkEach<Subject>(
  check: (subject: Subject, estate: Estate) => Iterable<Report>,
  subjects: readonly Subject[],
  estate: Estate,
): readonly Report[] {
  const reports: Report[] = [];
  for (const subject of subjects) for (const report of check(subject, estate)) reports.push(report);
  return reports;
}

/** Key sets that stand in configuration files; one that several subjects share is examined once. */
function inlineKeys({ configs }: Estate): readonly JwksFacts[] {
  const byPlace = new Map<string, JwksFacts>();
  for (const config of configs) {
    if (config.kind !== 'verifier' && config.kind !== 'issuer') continue;
    for (const jwks of config.inlineKeys) {
      const content = jwks.keys.map(({ thumbprint, kid }) => `${thumbprint}/${kid}`).join();
      byPlace.set(`${showLocation(jwks.at)} ${content}`, config.kind === 'issuer' ? unpublished(jwks) : jwks);
    }
  }
  return [...byPlace.values()];
}

/** An issuer must hold private keys; that they stand in a file has a rule of its own. */
function unpublished(jwks: JwksFacts): JwksFacts {
  const keys = jwks.keys.map((key) => ({
    ...key,
    diagnoses: key.diagnoses.filter(({ weakness }) => weakness !== 'private-material' && weakness !== 'symmetric'),
  }));
  return { ...jwks, keys };
}

/** Findings, sorted, each with a fingerprint of its own. */
function toFindings(reports: readonly RuleReport[]): readonly Finding[] {
  const seen = new Map<string, number>();
  return [...reports].sort(compareReports).map(({ meta, report }) => {
    const identity = { rule: meta.id, file: report.at.file, subject: report.subject, value: report.value };
    const plain = fingerprintOf(identity);
    const content = { ...identity, file: '' };
    const ordinal = seen.get(plain) ?? 0;
    seen.set(plain, ordinal + 1);
    return {
      rule: meta.id,
      severity: report.severity ?? meta.severity,
      confidence: report.confidence ?? meta.confidence,
      message: report.message,
      at: report.at,
      related: report.related ?? [],
      subject: report.subject,
      ...(report.fix === undefined ? {} : { fix: report.fix }),
      fingerprint: ordinal === 0 ? plain : fingerprintOf(identity, ordinal),
      contentFingerprint: fingerprintOf(content, ordinal),
    };
  });
}

function compareReports(a: RuleReport, b: RuleReport): number {
  return (
    compareLocations(a.report.at, b.report.at) ||
    compareText(a.meta.id, b.meta.id) ||
    compareText(a.report.subject, b.report.subject) ||
    compareText(a.report.value, b.report.value) ||
    compareText(a.report.message, b.report.message)
  );
}

function compareFindings(a: Finding, b: Finding): number {
  return compareLocations(a.at, b.at) || compareText(a.rule, b.rule) || compareText(a.fingerprint, b.fingerprint);
}

function invalidReports(readings: readonly DirectiveReading[]): readonly RuleReport[] {
  return readings.flatMap((reading) =>
    reading.ok
      ? []
      : [
          {
            meta: invalidMeta,
            report: {
              at: reading.at,
              message: `this directive silences nothing: ${reading.fault}`,
              subject: 'directive',
              value: reading.fault,
            },
          },
        ],
  );
}

function idleReport({ waiver, path, why, at }: IdlePermit): RuleReport {
  const title = `waiver "${waiver}"`;
  const subject = path === null ? title : `${title} permits ${path}`;
  return {
    meta: waiverUnusedMeta,
    report: { at, message: `${title} permits nothing new: ${why}`, subject, value: why },
  };
}

/** A waiver must name rules that exist; those about exceptions themselves stay in force. */
function wrongRules({ name, rules }: Waiver, known: ReadonlySet<string>): readonly RuleReport[] {
  return rules.flatMap(({ id, at }) => {
    const close = nearest(id, [...known]);
    const fault = id.startsWith('lint/')
      ? `rule ${id} cannot be silenced`
      : known.has(id)
        ? null
        : `there is no rule "${id}"${close === null ? '' : `; did you mean "${close}"?`}`;
    if (fault === null) return [];
    const report = {
      at,
      message: `waiver "${name}" silences less than it says: ${fault}`,
      subject: `waiver "${name}"`,
      value: id,
    };
    return [{ meta: waiverInvalidMeta, report }];
  });
}
