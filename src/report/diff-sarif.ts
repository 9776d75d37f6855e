import { showLocation, startOf } from '../model/location.ts';
import type { Notice, NoticeRule } from './diff-notices.ts';
import { noticesOf } from './diff-notices.ts';
import type { DiffReport } from './diff-wording.ts';
import { sideName } from './diff-wording.ts';
import { jsonText } from './json-text.ts';
import { sarifLocation } from './sarif.ts';
import { visible } from './visible.ts';

/** Results that GitHub code scanning keeps of one run. */
const MAX_RESULTS = 5000;

/** Longest message; values can be of any length. */
const MAX_MESSAGE = 1000;

const RULES: Readonly<Record<NoticeRule, { readonly summary: string; readonly severity: string }>> = {
  'diff/ungoverned': { summary: 'No policy applies any more, so every token counts as accepted', severity: '9.0' },
  'diff/unknown': { summary: 'What a change means could not be evaluated', severity: '7.0' },
  'diff/looser': { summary: 'Tokens that were rejected are accepted', severity: '7.0' },
  'diff/incomparable': { summary: 'Some tokens are newly accepted, others newly rejected', severity: '6.0' },
  'diff/weaker-promise': { summary: 'The operator promises less than before', severity: '4.0' },
  'diff/breaking': { summary: 'Tokens that clients hold or issuers mint are refused', severity: '2.0' },
};

/**
 * SARIF 2.1.0 for code scanning: one result for every value that got looser, weaker or breaks somebody, at its line of
 * the new side. A value that is gone is reported at the first line of the file where it was.
 */
export function diffSarif(report: DiffReport, { version }: { readonly version: string }): string {
  const { diff } = report;
  const notices = noticesOf(report);
  const shown = notices.slice(0, MAX_RESULTS);
  const ids = [...new Set(shown.map(({ rule }) => rule))].sort();
  const problems = [diff.base, diff.head].flatMap((side) =>
    side.problems.map(({ message, at }) => ({
      level: 'error',
      message: { text: visible(`in ${sideName(side)}: ${message}`) },
      ...(at === null ? {} : { locations: [sarifLocation(at)] }),
    })),
  );
  const left = notices.length - shown.length;
  const notifications = [
    ...problems,
    ...(left > 0
      ? [{ level: 'warning', message: { text: `${left} more results are not listed: ${MAX_RESULTS} are kept` } }]
      : []),
  ];
  return jsonText({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'firebreak', version, semanticVersion: version, rules: ids.map(ruleEntry) } },
        automationDetails: { id: 'firebreak/diff/' },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: problems.length === 0,
            ...(notifications.length === 0 ? {} : { toolExecutionNotifications: notifications }),
          },
        ],
        results: shown.map((notice) => resultEntry(notice, ids)),
      },
    ],
  });
}

function ruleEntry(id: NoticeRule): object {
  const { summary, severity } = RULES[id];
  return {
    id,
    name: id,
    shortDescription: { text: summary },
    fullDescription: { text: summary },
    help: { text: `${summary}. firebreak diff shows a token that proves it, and what to do.` },
    defaultConfiguration: { level: 'warning' },
    properties: { tags: ['security', 'jwt', 'diff'], precision: 'very-high', 'security-severity': severity },
  };
}

function resultEntry({ rule, level, message, at, before, fingerprint }: Notice, ids: readonly NoticeRule[]): object {
  const place = at ?? (before === null ? null : startOf(before.file));
  const gone = at === null && before !== null ? `; it was at ${showLocation(before)}` : '';
  return {
    ruleId: rule,
    ruleIndex: ids.indexOf(rule),
    level: level === 'notice' ? 'note' : level,
    message: {
      text: `${visible(message)
        .slice(0, MAX_MESSAGE)
        .replace(/\p{Surrogate}$/u, '')}${visible(gone)}`,
    },
    ...(place === null ? {} : { locations: [sarifLocation(place)] }),
    partialFingerprints: { primaryLocationLineHash: fingerprint, 'firebreak/v1': fingerprint },
  };
}
