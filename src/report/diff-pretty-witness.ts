import type { PolicyChange, Witness } from '../model/change.ts';
import type { TokenClass } from '../model/policy.ts';
import type { Paint } from './color.ts';
import { counted } from './counted.ts';
import { lined } from './diff-layout.ts';
import { contextWords, shownValues, timeWords, witnessTitle } from './diff-wording.ts';
import { jsonText } from './json-text.ts';

interface WitnessPage {
  readonly color: Paint;
  readonly width: number;
  /** Most tokens shown for one change. */
  readonly witnesses?: number;
  /** What was shown already. */
  readonly shown: Set<string>;
}

const MAX_WITNESSES = 2;

/**
 * Tokens that prove a change, each with its use and both answers. What a token for the same values has shown for other
 * targets is not shown again.
 */
export function witnessLines({ witnesses, token }: PolicyChange, page: WitnessPage): readonly string[] {
  const most = page.witnesses ?? MAX_WITNESSES;
  const rest = witnesses.length - most;
  return [
    ...bothWaysFirst(witnesses)
      .slice(0, most)
      .flatMap((witness) => {
        const { accepted, paths } = witness;
        const key = JSON.stringify([token, accepted, paths]);
        if (!page.shown.has(key)) {
          page.shown.add(key);
          return oneWitness(witness, token, page);
        }
        return lined(
          `${witnessTitle(accepted)}: as above, for ${shownValues(witness, token)}`,
          page.width,
          '  ',
          '    ',
        );
      }),
    ...(rest > 0 && most > 0 ? [`  ${counted(rest, 'more token')}; --json has all of them`] : []),
  ];
}

/** What is gained and what is lost, before more of either. */
function bothWaysFirst(witnesses: readonly Witness[]): readonly Witness[] {
  const firsts = (['after', 'before'] as const).flatMap(
    (side) => witnesses.find(({ accepted }) => accepted === side) ?? [],
  );
  return [...firsts, ...witnesses.filter((witness) => !firsts.includes(witness))];
}

function oneWitness(witness: Witness, token: TokenClass, { color, width }: WitnessPage): readonly string[] {
  const { accepted, header, claims, context, reasons } = witness;
  const circumstances = [timeWords(witness), ...contextWords(context)].filter((words) => words !== null).join(', ');
  const rejected =
    reasons.length === 0
      ? ['REJECT']
      : reasons.map(({ message, reference }) => `REJECT, ${message}${reference === '' ? '' : ` (${reference})`}`);
  const answers =
    accepted === 'after'
      ? [...rejected.map((text) => `before: ${text}`), 'now:    ACCEPT']
      : ['before: ACCEPT', ...rejected.map((text) => `now:    ${text}`)];
  return [
    ...lined(`${witnessTitle(accepted)}: ${shownValues(witness, token)}`, width, '  ', '    ').map(color.bold),
    ...lined(`header  ${jsonText(header, 0).trimEnd()}`, width, '    ', '            '),
    ...lined(`claims  ${spaced(jsonText(claims, 0).trimEnd())}`, width, '    ', '            '),
    ...(circumstances === '' ? [] : lined(`used    ${circumstances}`, width, '    ', '            ')),
    ...answers.flatMap((answer) => lined(answer, width, '    ', '            ')),
  ];
}

/** A blank after every comma between members, so that long claims can be wrapped. */
function spaced(json: string): string {
  return json.replaceAll(/("(?:[^"\\]|\\.)*")|,/g, (found: string, string?: string) => string ?? `${found} `);
}
