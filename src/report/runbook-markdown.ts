import { isFiniteBound, showBound } from '../model/quantity.ts';
import type { Runbook, RunbookCommand, RunbookSection, RunbookStep, RunbookVerifier } from '../model/runbook.ts';
import { RUNBOOK_SECTIONS } from '../model/runbook.ts';
import { markdownBlock, markdownText } from './markdown-text.ts';

const TITLES: Readonly<Record<RunbookSection, string>> = {
  first_five_minutes: 'First five minutes',
  scope: 'Scope: who used it',
  contain: 'Contain: in this order',
  verify: 'Verify: is it closed',
  communicate: 'Communicate',
  learn: 'Learn',
};

/** One page, for somebody who was woken up: what to do, in which order, what it costs, and what not to do. */
export function runbookMarkdown(runbook: Runbook): string {
  const blocks: readonly (readonly string[])[] = [
    [`# ${markdownText(runbook.title)}`],
    runbook.summary.map((line) => markdownText(line)),
    ['<!-- Written by `firebreak runbook`: change the policy or the inventory, and write it again. -->'],
    verifierTable(runbook.verifiers),
    deciderTable(runbook),
    ...RUNBOOK_SECTIONS.flatMap((section) => [
      ...sectionBlocks(section, runbook),
      ...(section === 'contain' ? uselessBlocks(runbook) : []),
    ]),
    ...gapBlocks(runbook),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function verifierTable(verifiers: readonly RunbookVerifier[]): readonly string[] {
  const severalPlaces = new Set(verifiers.map(({ environment }) => environment)).size > 1;
  return [
    '| verifier | owner | ends there within | promised | last drill | first |',
    '| --- | --- | --- | --- | --- | --- |',
    ...verifiers.map((verifier) => {
      const { name, environment, owner, predicted, objective, first } = verifier;
      const cells = [
        severalPlaces ? `${environment}/${name}` : name,
        boundWords(predicted),
        objective === null ? 'nothing' : showBound(objective),
        measuredWords(verifier),
        first ?? 'no list reaches it',
      ].map((cell) => markdownText(cell));
      const person = owner === null ? '**nobody**' : personText(owner);
      return `| ${[...cells.slice(0, 1), person, ...cells.slice(1)].join(' | ')} |`;
    }),
  ];
}

/** `@team` and mail addresses as they are typed, so that they can be copied; anything else is only text. */
function personText(who: string): string {
  return /^@?[\w.+/-]+(?:@[\w.-]+)?$/.test(who) ? `\`${who}\`` : markdownText(who);
}

function boundWords(bound: RunbookVerifier['predicted']): string {
  return isFiniteBound(bound) ? showBound(bound) : bound === 'unbounded' ? 'never by itself' : 'unknown';
}

function measuredWords({ measured }: RunbookVerifier): string {
  if (measured === null) return 'never';
  return `${measured.upper === 'unbounded' ? 'no end seen' : `${(measured.upper / 1000).toFixed(2)}s`} on ${measured.day}`;
}

function deciderTable({ deciders }: Runbook): readonly string[] {
  if (deciders.length === 0) return ['**Nobody is named who decides.** Call the owners above.'];
  return [
    '| who decides | about |',
    '| --- | --- |',
    ...deciders.map(({ who, about }) => `| ${who.map(personText).join(', ')} | ${markdownText(about)} |`),
  ];
}

function sectionBlocks(section: RunbookSection, { steps, variables }: Runbook): readonly (readonly string[])[] {
  const own = steps.filter((step) => step.section === section);
  if (own.length === 0) return [];
  const names =
    section === 'first_five_minutes' && variables.length > 0
      ? [
          [
            'In the commands, what is in capitals is for you to fill in:',
            '',
            ...variables.map(({ name, says }) => `- \`${name}\`: ${markdownText(says)}`),
          ],
        ]
      : [];
  return [[`## ${TITLES[section]}`], ...names, ...own.flatMap((step, index) => stepBlocks(step, index + 1))];
}

function stepBlocks(step: RunbookStep, number: number): readonly (readonly string[])[] {
  const { title, who, says, commands, wider, within, collateral, undo } = step;
  const facts = [
    ...(who.length === 0 ? [] : [`- **Who**: ${who.map(personText).join(', ')}`]),
    ...commands.filter(({ kind }) => kind === 'person').map((command) => `- **Do**: ${wordsOf(command)}`),
    ...(within === null ? [] : [`- **Takes effect within**: ${markdownText(boundWords(within))}`]),
    ...(collateral === null ? [] : [`- **Hits**: ${markdownText(collateral)}`]),
    ...wider.map((way, index) => `- **${index === 0 ? 'If that is not enough' : 'Or'}**: ${markdownText(way)}`),
    ...(undo === null ? [] : [`- **Taken back by**: ${markdownText(undo)}`]),
  ];
  const shell = commands.filter(({ kind }) => kind === 'shell').map(textOf);
  return [
    [`### ${number}. ${markdownText(title)}`],
    ...(says.length === 0 ? [] : [says.map((line) => markdownText(line))]),
    ...(shell.length === 0 ? [] : [markdownBlock(shell, 'sh')]),
    ...(facts.length === 0 ? [] : [facts]),
  ];
}

/** The command as it is typed; what only the day can tell stands in capitals. */
function textOf({ parts }: RunbookCommand): string {
  return parts.map((part) => (typeof part === 'string' ? part : part.variable)).join(' ');
}

/** What a person does; people stand in it as they are typed. */
function wordsOf({ parts }: RunbookCommand): string {
  return parts
    .map((part) => (typeof part === 'string' ? part : part.variable))
    .map((part) => (part.includes('@') ? personText(part) : markdownText(part)))
    .join(' ');
}

function uselessBlocks({ useless }: Runbook): readonly (readonly string[])[] {
  if (useless.length === 0) return [];
  return [
    ['## Do not lose time with'],
    [
      '| this does nothing | because |',
      '| --- | --- |',
      ...useless.map(({ does, why }) => `| ${markdownText(does.join('; '))} | ${markdownText(why)} |`),
    ],
  ];
}

function gapBlocks({ gaps }: Runbook): readonly (readonly string[])[] {
  if (gaps.length === 0) return [];
  return [['## Not in place yet'], gaps.map((gap) => `- ${markdownText(gap)}`)];
}
