import type { Finding } from '../model/finding.ts';
import type { IncidentState } from '../model/incident-state.ts';
import type { Lesson } from '../model/lesson.ts';
import { showLocation } from '../model/location.ts';
import type { Paint } from './color.ts';
import { jsonText } from './json-text.ts';
import { markdownText } from './markdown-text.ts';
import { unifiedPatch } from './patch.ts';
import { visible } from './visible.ts';

/** What is proposed after an incident. */
export interface StrengthenView {
  readonly incident: IncidentState['incident'];
  readonly folder: string;
  readonly written: readonly Lesson[];
  readonly byHand: readonly Lesson[];
  readonly files: readonly { readonly file: string; readonly before: string | null; readonly after: string }[];
  readonly findings: readonly Finding[];
  /** Branch and commit that were made; null when nothing was written in git. */
  readonly branch: { readonly name: string; readonly commit: string } | null;
}

/** The proposal for a terminal. @param diff what it means for tokens, as `firebreak diff` says it */
export function strengthenPretty(view: StrengthenView, diff: string, color: Paint): string {
  const { incident, written, byHand, files, findings } = view;
  return `${[
    color.bold(
      written.length + byHand.length === 0
        ? `${incident.name} taught nothing that the policies do not say already`
        : `What ${incident.name} taught: ${counted(written.length, 'change')} of files, ${counted(byHand.length, 'thing')} to do by hand`,
    ),
    ...written.flatMap((lesson) => lessonLines('+', lesson)),
    ...byHand.flatMap((lesson) => lessonLines('-', lesson)),
    ...files.flatMap(({ file, before, after }) => ['', unifiedPatch(file, before ?? '', after).trimEnd()]),
    ...(files.length === 0 ? [] : ['', diff.trimEnd()]),
    ...(findings.length === 0
      ? []
      : ['', 'To be settled before it is merged', ...findings.map((each) => `  ${visible(findingText(each))}`)]),
  ].join('\n')}\n`;
}

function lessonLines(mark: string, { says, showed }: Lesson): readonly string[] {
  return [`  ${mark} ${visible(says)}`, `      because ${visible(showed)}`];
}

function findingText({ rule, severity, message, at }: Finding): string {
  return `${severity}[${rule}] ${showLocation(at)}: ${message}`;
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/** The text of a pull request. @param diff what it means for tokens, as Markdown */
export function strengthenMarkdown(view: StrengthenView, diff: string): string {
  const { incident, written, byHand, files, findings } = view;
  const list = (lessons: readonly Lesson[], box: string): readonly string[] =>
    lessons.map(({ says, showed }) => `- ${box}${markdownText(says)}: ${markdownText(showed)}`);
  const sections: readonly (readonly string[])[] = [
    [
      `# After ${markdownText(incident.name)}: what would have ended it sooner`,
      '',
      `${markdownText(incident.leaked)} leaked; ${markdownText(incident.lead)} leads. Each change says what of the incident it answers.`,
    ],
    ['## Changes', '', ...(written.length === 0 ? ['- none'] : list(written, ''))],
    ...(files.length === 0 ? [] : [['Files:', '', ...files.map(({ file }) => `- \`${file}\``)]]),
    ...(byHand.length === 0 ? [] : [['## To do by hand', '', ...list(byHand, '[ ] ')]]),
    ...(files.length === 0 ? [] : [['## What it means for tokens', '', diff.trimEnd()]]),
    ...(findings.length === 0
      ? []
      : [
          [
            '## To be settled before it is merged',
            '',
            ...findings.map((finding) => `- [ ] ${markdownText(findingText(finding))}`),
          ],
        ]),
  ];
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** The same for programs. */
export function strengthenJson(view: StrengthenView): string {
  const lessons = (each: readonly Lesson[]): unknown =>
    each.map(({ id, says, showed, fix }) => ({ id, says, showed, file: fix?.document.file ?? null }));
  return jsonText({
    schema_version: '1.0',
    incident: view.incident.name,
    changes: lessons(view.written),
    by_hand: lessons(view.byHand),
    files: view.files.map(({ file, before, after }) => ({
      file,
      is_new: before === null,
      patch: unifiedPatch(file, before ?? '', after),
    })),
    findings: view.findings.map(({ rule, severity, message, at }) => ({
      rule,
      severity,
      message,
      file: at.file,
      line: at.line,
    })),
    branch: view.branch,
  });
}
