import type { Finding, LintResult, RuleMeta, Severity } from '../model/finding.ts';
import { SEVERITIES } from '../model/finding.ts';
import type { Location } from '../model/location.ts';
import { visible } from './visible.ts';
import { jsonText } from './json-text.ts';

/** Results that GitHub code scanning keeps of one run; more would be dropped without a word. */
const MAX_RESULTS = 5000;

/** Locations that it keeps of one result. */
const MAX_LOCATIONS = 100;

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
export function lintSarif(
  { findings, errors }: LintResult,
  { rules, version }: { readonly rules: readonly RuleMeta[]; readonly version: string },
): string {
  const used = rules.filter(({ id }) => findings.some(({ rule }) => rule === id));
  const shown = worstOf(findings);
  const notes = [
    ...errors.map(({ message, at, hint }) => ({
      level: 'error',
      message: { text: visible(`${message}${hint === null ? '' : `; ${hint}`}`) },
      ...(at === null ? {} : { locations: [location(at)] }),
    })),
    ...(findings.length > shown.length
      ? [
          {
            level: 'warning',
            message: {
              text: `${findings.length - shown.length} more findings are not listed: code scanning keeps ${MAX_RESULTS}`,
            },
          },
        ]
      : []),
  ];
  const document = {
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
        results: shown.map((finding) => resultEntry(finding, used)),
      },
    ],
  };
  return jsonText(document);
}

/** What fits, the worst first, then again by position. */
function worstOf(findings: readonly Finding[]): readonly Finding[] {
  if (findings.length <= MAX_RESULTS) return findings;
  const kept = new Set(
    SEVERITIES.flatMap((each) => findings.filter(({ severity }) => severity === each)).slice(0, MAX_RESULTS),
  );
  return findings.filter((finding) => kept.has(finding));
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

function resultEntry(finding: Finding, rules: readonly RuleMeta[]): object {
  const ruleIndex = rules.findIndex(({ id }) => id === finding.rule);
  return {
    ruleId: finding.rule,
    ...(ruleIndex < 0 ? {} : { ruleIndex }),
    level: LEVELS[finding.severity],
    message: { text: visible(finding.message) },
    locations: [location(finding.at)],
    ...(finding.related.length === 0
      ? {}
      : {
          relatedLocations: finding.related.slice(0, MAX_LOCATIONS).map(({ at, message }, id) => ({
            id,
            ...location(at),
            message: { text: visible(message) },
          })),
        }),
    partialFingerprints: { primaryLocationLineHash: finding.fingerprint, 'firebreak/v1': finding.fingerprint },
  };
}

function location({ file, line, column, endLine, endColumn }: Location): object {
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
