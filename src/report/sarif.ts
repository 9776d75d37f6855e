import type { Finding, LintResult, RuleMeta, Severity } from '../model/finding.ts';
import type { Location } from '../model/location.ts';
import { jsonText } from './json-text.ts';
import { visible } from './visible.ts';
import { worstFirst } from './worst-first.ts';

/** Results that GitHub code scanning keeps of one run; more would be dropped without a word. */
const MAX_RESULTS = 5000;

/** Locations that it keeps of one result. */
const MAX_LOCATIONS = 100;

/**
 * GitHub refuses files over 10 MB after gzip. Text never grows by more than a few bytes under gzip, so what is below it
 * before is below it after.
 */
const MAX_BYTES = 10 * 1000 * 1000;

/** Related places that are kept when a file is too large. */
const FEW_LOCATIONS = 3;

/** GitHub cuts longer descriptions. */
const MAX_TEXT = 1024;

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
};

/**
 * SARIF 2.1.0 as code scanning wants it: every property it requires, its one fingerprint, tight regions. What directives
 * silence is left out, because code scanning ignores `suppressions` and would open alerts for it.
 */
export function lintSarif(result: LintResult, options: SarifOptions): string {
  const ordered = worstFirst(result.findings).slice(0, MAX_RESULTS);
  const shown = keepOrder(result.findings, ordered);
  if (roughBytes(shown) < MAX_BYTES / 4) {
    const whole = jsonText(documentOf(result, shown, { ...options, locations: MAX_LOCATIONS }));
    if (bytesOf(whole) <= MAX_BYTES) return whole;
  }
  // Results are measured one by one; everything else is written once more for the empty file.
  const few = { ...options, locations: FEW_LOCATIONS };
  const used = options.rules.filter(({ id }) => ordered.some(({ rule }) => rule === id));
  let left = MAX_BYTES - bytesOf(jsonText(documentOf(result, [], few), 0)) - bytesOf(jsonText(used.map(ruleEntry), 0));
  const fitting = ordered.findIndex((finding) => {
    left -= bytesOf(jsonText(resultEntry(finding, used, FEW_LOCATIONS), 0));
    return left < 0;
  });
  const kept = fitting < 0 ? ordered : ordered.slice(0, fitting);
  return jsonText(documentOf(result, keepOrder(result.findings, kept), few), 0);
}

/** The chosen ones by position again. */
function keepOrder(findings: readonly Finding[], chosen: readonly Finding[]): readonly Finding[] {
  if (chosen.length === findings.length) return findings;
  const kept = new Set(chosen);
  return findings.filter((finding) => kept.has(finding));
}

/** Characters of the texts alone; tells what is surely too large without writing it. */
function roughBytes(findings: readonly Finding[]): number {
  return findings.reduce(
    (sum, { message, related }) => related.reduce((more, each) => more + each.message.length, sum + message.length),
    0,
  );
}

export interface SarifOptions {
  readonly rules: readonly RuleMeta[];
  readonly version: string;
}

interface Detail extends SarifOptions {
  /** Related places of one result. */
  readonly locations: number;
}

function documentOf({ findings, errors }: LintResult, shown: readonly Finding[], detail: Detail): object {
  const { rules, version } = detail;
  const used = rules.filter(({ id }) => shown.some(({ rule }) => rule === id));
  const left = findings.length - shown.length;
  const notes = [
    ...errors.map(({ message, at, hint }) => ({
      level: 'error',
      message: { text: visible(`${message}${hint === null ? '' : `; ${hint}`}`) },
      ...(at === null ? {} : { locations: [sarifLocation(at)] }),
    })),
    ...(left > 0
      ? [
          {
            level: 'warning',
            message: {
              text: `${left} more findings are not listed: code scanning keeps ${MAX_RESULTS} results of at most 10 MB`,
            },
          },
        ]
      : []),
  ];
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'firebreak',
            version,
            semanticVersion: version,
            rules: used.map(ruleEntry),
          },
        },
        automationDetails: { id: 'firebreak/lint/' },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: errors.length === 0,
            ...(notes.length === 0 ? {} : { toolExecutionNotifications: notes }),
          },
        ],
        results: shown.map((finding) => resultEntry(finding, used, detail.locations)),
      },
    ],
  };
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

function ruleEntry(rule: RuleMeta): object {
  const help = `${rule.why}\n\nFix: ${rule.fix}\n\nSources: ${rule.sources.join('; ')}`;
  return {
    id: rule.id,
    name: rule.id,
    shortDescription: { text: rule.summary.slice(0, MAX_TEXT) },
    fullDescription: { text: rule.why.slice(0, MAX_TEXT) },
    help: {
      text: help,
      markdown: `**Why** ${rule.why}\n\n**Fix** ${rule.fix}\n\n**Sources** ${rule.sources.join('; ')}`,
    },
    defaultConfiguration: { level: LEVELS[rule.severity] },
    properties: {
      tags: ['security', 'jwt', rule.id.split('/')[0] ?? 'lint'],
      precision: precisionOf(rule),
      'security-severity': rule.securitySeverity.toFixed(1),
      'problem.severity': rule.severity === 'info' ? 'recommendation' : rule.severity,
    },
  };
}

function precisionOf({ confidence }: RuleMeta): string {
  return { certain: 'very-high', likely: 'high', possible: 'medium' }[confidence];
}

function resultEntry(finding: Finding, rules: readonly RuleMeta[], locations: number): object {
  const ruleIndex = rules.findIndex(({ id }) => id === finding.rule);
  return {
    ruleId: finding.rule,
    ...(ruleIndex < 0 ? {} : { ruleIndex }),
    level: LEVELS[finding.severity],
    message: { text: visible(finding.message) },
    locations: [sarifLocation(finding.at)],
    ...(finding.related.length === 0
      ? {}
      : {
          relatedLocations: finding.related.slice(0, locations).map(({ at, message }, id) => ({
            id,
            ...sarifLocation(at),
            message: { text: visible(message) },
          })),
        }),
    partialFingerprints: { primaryLocationLineHash: finding.fingerprint, 'firebreak/v1': finding.fingerprint },
  };
}

/** A place as SARIF has it; an empty region would be refused, so it has one column at least. */
export function sarifLocation({ file, line, column, endLine, endColumn }: Location): object {
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(file) },
      region: {
        startLine: line,
        startColumn: column,
        endLine: Math.max(line, endLine),
        endColumn: endLine > line ? endColumn : Math.max(column + 1, endColumn),
      },
    },
  };
}

/** Relative to the root of the repository; a file outside it keeps its whole path. Half characters cannot be encoded. */
function uriOf(file: string): string {
  const path = file
    .replaceAll(/\p{Surrogate}/gu, '\uFFFD')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
  return path.startsWith('/') ? `file://${path}` : path;
}
