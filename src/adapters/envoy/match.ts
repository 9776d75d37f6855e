import type { ConfigNode } from '../config-node.ts';
import { child, items, members } from '../config-node.ts';
import { knownText } from './filter.ts';

type Shape = 'prefix' | 'path' | 'segment' | 'regex' | 'unknown';

/** Which requests a RouteMatch is for. */
export interface EnvoyMatch {
  readonly shape: Shape;
  readonly text: string;
  readonly ignoresCase: boolean;
  /** Only some of the requests on these paths: by header, query or share. */
  readonly isNarrowed: boolean;
  readonly methods: readonly string[] | null;
}

const PATH_KEYS: readonly (readonly [string, Shape])[] = [
  ['prefix', 'prefix'],
  ['path', 'path'],
  ['path_separated_prefix|pathSeparatedPrefix', 'segment'],
];

const OTHER_KEYS =
  /^(?:case_sensitive|caseSensitive|prefix|path|path_separated_prefix|pathSeparatedPrefix|safe_regex|safeRegex|regex)$/;

export function readMatch(match: ConfigNode | null): EnvoyMatch {
  const rest = {
    ignoresCase: child(match, 'case_sensitive|caseSensitive')?.value === false,
    isNarrowed: members(match).some(([key]) => !OTHER_KEYS.test(key)),
    methods: methodsOf(match),
  };
  for (const [key, shape] of PATH_KEYS) {
    const node = child(match, key);
    if (node === null) continue;
    const text = knownText(node);
    return text === null ? { ...rest, shape: 'unknown', text: '' } : { ...rest, shape, text };
  }
  const regex = knownText(child(match, 'safe_regex|safeRegex', 'regex') ?? child(match, 'regex'));
  return regex === null ? { ...rest, shape: 'unknown', text: '' } : { ...rest, shape: 'regex', text: regex };
}

/** `prefix /orders`, with the method when it asks for one. */
export function showMatch({ shape, text, methods, isNarrowed }: EnvoyMatch, index: number): string {
  const path = shape === 'unknown' ? `number ${index + 1}` : `${shape === 'segment' ? 'prefix' : shape} ${text}`;
  const method = methods === null ? '' : `${methods.join(',')} `;
  return `${method}${path}${isNarrowed && methods === null && shape !== 'unknown' ? ' with conditions' : ''}`;
}

/** Path patterns; null when they are not known. */
export function pathsOf({ shape, text }: EnvoyMatch): readonly string[] | null {
  if (shape === 'unknown') return null;
  if (shape === 'prefix') return [`${text}*`];
  return shape === 'segment' ? [text, `${text}/*`] : [text];
}

/** Whether every request of the later match is one of the earlier match. */
export function covers(earlier: EnvoyMatch, later: EnvoyMatch): boolean {
  if (earlier.isNarrowed || earlier.shape === 'unknown') return false;
  if (takesAll(earlier)) return true;
  if (later.ignoresCase && !earlier.ignoresCase) return false;
  const [a, b] = earlier.ignoresCase
    ? [earlier.text.toLowerCase(), later.text.toLowerCase()]
    : [earlier.text, later.text];
  if (later.shape === 'regex' || later.shape === 'unknown') return later.shape === earlier.shape && a === b;
  switch (earlier.shape) {
    case 'prefix':
      return b.startsWith(a);
    case 'path':
      return later.shape === 'path' && a === b;
    case 'segment':
      return b.startsWith(`${a}/`) || (a === b && later.shape !== 'prefix');
    case 'regex':
      return false;
  }
}

/** Whether a match is for every path there is. */
export function takesAll({ shape, text, isNarrowed }: EnvoyMatch): boolean {
  if (isNarrowed) return false;
  return (shape === 'prefix' && (text === '/' || text === '')) || (shape === 'regex' && /^\^?\/?\.\*\$?$/.test(text));
}

/** Methods when the one condition is an exact match of the pseudo-header. */
function methodsOf(match: ConfigNode | null): readonly string[] | null {
  for (const header of items(child(match, 'headers'))) {
    if (knownText(child(header, 'name')) !== ':method' || child(header, 'invert_match|invertMatch')?.value === true)
      continue;
    const exact = knownText(
      child(header, 'exact_match|exactMatch') ?? child(header, 'string_match|stringMatch', 'exact'),
    );
    if (exact !== null) return [exact];
  }
  return null;
}
