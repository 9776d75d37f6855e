import type { Location } from '../../model/location.ts';
import type { Directive } from './tree.ts';
import { everyDirective, inherited, isFilledIn, named, outwards } from './tree.ts';

/** What nginx compares a claim with before it lets a request pass. */
export interface ClaimCheck {
  /** `iss`, `aud`, a header member as `header alg`; null when a script or a module computes what is checked. */
  readonly claim: string | null;
  /**
   * - `listed`: it must be one of the values
   * - `present`: it must be there
   * - `unlisted`: it must not be on a list
   * - `unclear`: it is looked at, but by a pattern or together with others
   */
  readonly how: 'listed' | 'present' | 'unlisted' | 'unclear';
  readonly values: readonly string[];
  readonly at: Location;
}

/**
 * The checks that hold in a block: `auth_jwt_require`, and `if` that refuses. Variables are followed through `map`,
 * `keyval` and `auth_jwt_claim_set`.
 */
export function claimChecksOf(block: Directive, variables: Variables): readonly ClaimCheck[] {
  const required = inherited(block, 'auth_jwt_require').flatMap(({ words, at }) =>
    words
      .filter((word) => !word.startsWith('error='))
      .flatMap((word) => explain({ expression: word, passes: true, at, steps: 0, asked: new Set() }, variables)),
  );
  const refused = [...outwards(block)]
    .flatMap((level) => named(level, 'if'))
    .filter((condition) => named(condition, 'return').some(({ words }) => /^4\d\d$/.test(words[0] ?? '')))
    .flatMap((condition) => explainCondition(condition, variables));
  return [...required, ...refused];
}

/** Variables with the directives that give them their values. */
export type Variables = ReadonlyMap<string, Directive>;

/** What gives each variable its value. */
export function variablesOf(root: Directive): Variables {
  const found = new Map<string, Directive>();
  for (const directive of everyDirective(root)) {
    const [first = '', second = ''] = directive.words;
    if (directive.name === 'map' || directive.name === 'keyval') found.set(second, directive);
    if (/^auth_jwt_(?:claim|header)_set$/.test(directive.name)) found.set(first, directive);
  }
  return found;
}

/** The claim that a variable holds; null when it holds something else. */
function claimOf(variable: string, variables: Variables): string | null {
  const [, part, name] = /^\$\{?jwt_(claim|header)_(\w+)\}?$/.exec(variable) ?? [];
  if (name !== undefined) return part === 'claim' ? name : `header ${name}`;
  const setter = variables.get(variable);
  if (setter === undefined || !setter.name.endsWith('_set')) return null;
  const path = setter.words.slice(1).join('.');
  return setter.name === 'auth_jwt_claim_set' ? path : `header ${path}`;
}

interface Question {
  readonly expression: string;
  /** Whether a request passes when the expression is neither empty nor `0`; false when it passes otherwise. */
  readonly passes: boolean;
  readonly at: Location;
  /** Variables followed so far. */
  readonly steps: number;
  /** What was answered before: maps may name each other in a circle, or one variable a thousand times. */
  readonly asked: Set<string>;
}

const MAX_STEPS = 8;

function explain(question: Question, variables: Variables): readonly ClaimCheck[] {
  const { expression, passes, at, steps, asked } = question;
  const key = `${expression} ${String(passes)}`;
  if (asked.has(key)) return [];
  asked.add(key);
  const names = expression.match(/\$\{?\w+\}?/g) ?? [];
  const [variable] = names;
  const unclear: ClaimCheck = { claim: null, how: 'unclear', values: [], at };
  if (variable === undefined || variable !== expression || steps > MAX_STEPS) {
    return names.length === 0 || steps > MAX_STEPS ? [unclear] : names.map((name) => unclearOf(name, variables, at));
  }
  const claim = claimOf(variable, variables);
  if (claim !== null) return [{ claim, how: passes ? 'present' : 'unclear', values: [], at }];
  const setter = variables.get(variable);
  if (setter?.name === 'keyval') return explainKeyval(setter, passes, variables);
  if (setter?.name === 'map') return explainMap(setter, question, variables);
  return [unclear];
}

function unclearOf(name: string, variables: Variables, at: Location): ClaimCheck {
  return { claim: claimOf(name, variables), how: 'unclear', values: [], at };
}

/** A key-value zone holds what operators put there: passing without an entry makes it a denylist. */
function explainKeyval({ words, at }: Directive, passes: boolean, variables: Variables): readonly ClaimCheck[] {
  const keys = (words[0] ?? '').match(/\$\{?\w+\}?/g) ?? [];
  return keys.map((key) => ({
    claim: claimOf(key, variables),
    how: passes ? 'unclear' : 'unlisted',
    values: [],
    at,
  }));
}

/** Words of a map block that are no entries (ngx_http_map_module). */
const MAP_PARAMETERS = /^(?:default|hostnames|volatile|include)$/;

function explainMap(map: Directive, question: Question, variables: Variables): readonly ClaimCheck[] {
  const source = map.words[0] ?? '';
  const entries = map.block ?? [];
  const isPassing = (value: string): boolean => (value !== '' && value !== '0') === question.passes;
  const isOpen = isPassing(named(map, 'default')[0]?.words[0] ?? '');
  const keys = entries
    .filter(({ name, words }) => !MAP_PARAMETERS.test(name) && isPassing(words[0] ?? '') !== isOpen)
    .map(({ name }) => name);
  const sources = source.match(/\$\{?\w+\}?/g) ?? [];
  const [variable] = sources;
  const unclear = sources.map((name) => unclearOf(name, variables, map.at));
  if (named(map, 'include').length > 0) return unclear;
  const claim = variable === undefined || variable !== source ? null : claimOf(variable, variables);
  if (claim !== null) {
    if (isOpen)
      return [{ claim, how: keys.length === 1 && keys[0] === '' ? 'present' : 'unlisted', values: keys, at: map.at }];
    const isPattern = keys.some((key) => key.startsWith('~') || isFilledIn(key));
    return [{ claim, how: isPattern ? 'unclear' : 'listed', values: isPattern ? [] : keys, at: map.at }];
  }
  // Flags of other maps put side by side, as "$good_issuer$good_audience" with the one entry "11".
  const isAbout = (pattern: RegExp): boolean => keys.length > 0 && keys.every((key) => pattern.test(key));
  const passes = isAbout(/^1[1:|,-]*$/) ? !isOpen : isAbout(/^0?$/) ? isOpen : null;
  if (passes === null) return unclear;
  return sources.flatMap((name) =>
    explain({ ...question, expression: name, passes, at: map.at, steps: question.steps + 1 }, variables),
  );
}

/** `if` with a refusal inside: what it says is what must not hold. */
function explainCondition({ words, at }: Directive, variables: Variables): readonly ClaimCheck[] {
  const whole = words.join(' ').replace(/^\(\s*/, '');
  const text = whole.endsWith(')') ? whole.slice(0, -1).trimEnd() : whole;
  const [, variable = '', operator = '', literal = ''] = /^(\$\{?\w+\}?)\s*(?:(!?=|!?~\*?)([^]*))?$/.exec(text) ?? [];
  if (variable === '') return [];
  const value = literal.trim();
  const claim = claimOf(variable, variables);
  const isKnown = claim !== null || variables.has(variable);
  if (!isKnown) return [];
  if (operator === '')
    return explain({ expression: variable, passes: false, at, steps: 0, asked: new Set() }, variables);
  if (operator.includes('~')) return claim === null ? [] : [{ claim, how: 'unclear', values: [], at }];
  const isFalse = value === '' || value === '0';
  if (claim === null) {
    return explain(
      { expression: variable, passes: (operator === '=') === isFalse, at, steps: 0, asked: new Set() },
      variables,
    );
  }
  if (isFilledIn(value)) return [{ claim, how: 'unclear', values: [], at }];
  if (isFalse) return operator === '=' ? [{ claim, how: 'present', values: [], at }] : [];
  return [{ claim, how: operator === '=' ? 'unlisted' : 'listed', values: [value], at }];
}
