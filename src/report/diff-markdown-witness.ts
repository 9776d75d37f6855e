import type { PolicyChange, Witness } from '../model/change.ts';
import { counted } from './counted.ts';
import { contextWords, shownValues, timeWords, tokenWords, witnessTitle } from './diff-wording.ts';
import { jsonText } from './json-text.ts';
import { markdownBlock, markdownText } from './markdown-text.ts';

/** Lines shown of one token; claims can be of any number. */
const MAX_LINES = 60;

/** Longest line of a token. */
const MAX_LINE = 500;

interface Shown {
  readonly change: PolicyChange;
  readonly witness: Witness;
}

/** Counterexample tokens, each folded: the first of every change before the second of any. */
export function witnessSection(changes: readonly PolicyChange[], most: number): readonly string[] {
  const deepest = Math.max(0, ...changes.map(({ witnesses }) => witnesses.length));
  const all: readonly Shown[] = Array.from({ length: deepest }, (_, round) =>
    changes.flatMap((change) => {
      const witness = change.witnesses[round];
      return witness === undefined ? [] : [{ change, witness }];
    }),
  ).flat();
  if (all.length === 0) return [];
  const rest = all.length - most;
  return [
    ...all.slice(0, most).flatMap((shown) => [...details(shown), '']),
    ...(rest > 0
      ? [
          `${counted(rest, 'more token')} that ${rest === 1 ? 'proves' : 'prove'} a change ${rest === 1 ? 'does' : 'do'} not fit here.`,
          '',
        ]
      : []),
  ].slice(0, -1);
}

function details({ change, witness }: Shown): readonly string[] {
  const { accepted, header, claims, context, reasons } = witness;
  const token = [...jsonText(header).trimEnd().split('\n'), '.', ...jsonText(claims).trimEnd().split('\n')];
  const rest = token.length - MAX_LINES;
  const times = timeWords(witness);
  const lines = token
    .slice(0, MAX_LINES)
    .map((line) => (line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}…` : line));
  const reject = reasons
    .slice(0, 5)
    .map(({ message, reference }) => markdownText(`${message}${reference === '' ? '' : ` (${reference})`}`, 400));
  const rejected = reject.length === 0 ? '' : `, ${reject.join('; ')}`;
  const answers =
    accepted === 'after'
      ? [`- before: REJECT${rejected}`, '- now: ACCEPT']
      : ['- before: ACCEPT', `- now: REJECT${rejected}`];
  return [
    `<details><summary>Proof for ${markdownText(change.name, 200)}, ${tokenWords(change.token)}, ${markdownText(shownValues(witness, change.token), 200)}: ${witnessTitle(accepted)}</summary>`,
    '',
    'A real verifier gave both answers. The key of this token is thrown away and its signature left out.',
    '',
    ...markdownBlock([...lines, ...(rest > 0 ? [`... ${rest} more lines`] : [])], 'text'),
    '',
    ...(times === null ? [] : [`- token: ${times}`]),
    ...contextWords(context).map((words) => `- ${markdownText(words, 400)}`),
    ...answers,
    '',
    '</details>',
  ];
}
