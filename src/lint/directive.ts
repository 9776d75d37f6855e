import type { Location } from '../model/location.ts';
import { DAY, startOfDay } from '../policy/day.ts';
import type { SourceComment } from '../source/comments.ts';

/** A directive that is written as it must be. */
export interface Directive {
  readonly rule: string;
  /** As written, `2027-01-31`. */
  readonly until: string;
  /** First instant at which it no longer counts: the end of its last day in UTC. */
  readonly endsAt: number;
  readonly owner: string;
  readonly reason: string;
  readonly at: Location;
  readonly scope: SourceComment['scope'];
}

export type DirectiveReading =
  | { readonly ok: true; readonly directive: Directive }
  | { readonly ok: false; readonly fault: string; readonly at: Location };

/** What every directive begins with. */
export const DIRECTIVE_WORD = 'firebreak-ignore';
const FORM = `# ${DIRECTIVE_WORD} RULE until=YYYY-MM-DD owner=@team -- reason`;

/** Whether a comment begins with the word of a directive. Prose that mentions it further on is no directive. */
export function isDirective(comment: string): boolean {
  return comment.startsWith(DIRECTIVE_WORD);
}

/**
 * Reads one directive. Rule, end, owner and reason are mandatory and nothing is guessed: a directive that is nearly right
 * must not silence more than was meant.
 *
 * @param rules ids that exist
 */
export function readDirective({ text, at, scope }: SourceComment, rules: ReadonlySet<string>): DirectiveReading {
  const wrong = (fault: string): DirectiveReading => ({ ok: false, fault: `${fault}; write ${FORM}`, at });
  const after = text.slice(DIRECTIVE_WORD.length);
  if (!/^\s/.test(after)) return wrong(after === '' ? 'it names no rule' : 'a blank must follow firebreak-ignore');
  const split = /(?:^|\s)--(?:\s|$)/.exec(after);
  const reason = split === null ? '' : after.slice(split.index + split[0].length).trim();
  const [rule, ...settings] = after
    .slice(0, split?.index ?? after.length)
    .trim()
    .split(/\s+/);
  if (rule === undefined || rule === '') return wrong('it names no rule');
  if (rule.includes('=')) return wrong('the rule must come first');
  if (!rules.has(rule)) return wrong(`there is no rule "${rule}"`);
  if (rule.startsWith('lint/')) return wrong(`rule ${rule} cannot be silenced`);

  const values = new Map<string, string>();
  for (const setting of settings) {
    const [key = '', ...rest] = setting.split('=');
    if (key !== 'until' && key !== 'owner') return wrong(`"${setting}" means nothing here`);
    if (values.has(key)) return wrong(`${key} is given twice`);
    values.set(key, rest.join('='));
  }
  const until = values.get('until');
  if (until === undefined) return wrong('it has no end');
  const start = startOfDay(until);
  if (start === null) return wrong(`until "${until}" is no date`);
  const owner = values.get('owner');
  if (owner === undefined) return wrong('it has no owner');
  if (owner === '') return wrong('owner is empty');
  if (reason === '') return wrong('it gives no reason');
  return {
    ok: true,
    directive: { rule, until, endsAt: start + DAY, owner, reason, at, scope },
  };
}
