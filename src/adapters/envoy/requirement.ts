import type { RouteValues } from '../../model/config.ts';
import { fillIn } from '../../source/placeholder.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, items, members } from '../config-node.ts';
import { knownText } from './filter.ts';

/** What one rule asks of a request. */
export interface EnvoyRequirement {
  readonly kind: RouteValues['requirement'];
  readonly providers: readonly EnvoyProviderUse[];
  /** It names a provider that a template fills in. */
  readonly isTemplated: boolean;
  /** What lets a request without a token pass. */
  readonly missing: ConfigNode | null;
  /** What lets a request pass whose token failed. */
  readonly failed: ConfigNode | null;
  /** What takes claims from tokens that nobody verified. */
  readonly unverified: ConfigNode | null;
}

export interface EnvoyProviderUse {
  readonly name: string;
  /** Replaces the audiences of the provider. */
  readonly audiences: ConfigNode | null;
}

const NOTHING: EnvoyRequirement = {
  kind: 'none',
  providers: [],
  isTemplated: false,
  missing: null,
  failed: null,
  unverified: null,
};

/** Reads a JwtRequirement; null when it names something that the file does not hold. */
export function readRequirement(node: ConfigNode | null): EnvoyRequirement | null {
  if (node === null || node.value === null) return NOTHING;
  const [first] = members(node);
  if (first === undefined) return NOTHING;
  const [key, value] = first;
  switch (key) {
    case 'provider_name':
    case 'providerName':
      return requiring(value, null);
    case 'provider_and_audiences':
    case 'providerAndAudiences':
      return requiring(child(value, 'provider_name|providerName'), child(value, 'audiences'));
    case 'requires_any':
    case 'requiresAny':
      return combine(value, 'any');
    case 'requires_all':
    case 'requiresAll':
      return combine(value, 'all');
    case 'allow_missing':
    case 'allowMissing':
      return { ...NOTHING, kind: 'optional', missing: value };
    case 'allow_missing_or_failed':
    case 'allowMissingOrFailed':
      return { ...NOTHING, kind: 'optional', missing: value, failed: value };
    case 'extract_only_without_validation':
    case 'extractOnlyWithoutValidation':
      return { ...NOTHING, kind: 'optional', missing: value, unverified: value };
    default:
      return null;
  }
}

/** Reads `requires` or `requirement_name` of a rule. */
export function requirementOfRule(rule: ConfigNode, filter: ConfigNode): EnvoyRequirement | null {
  const named = child(rule, 'requirement_name|requirementName');
  return named === null ? readRequirement(child(rule, 'requires')) : namedRequirement(named, filter);
}

/** The entry of the filter's `requirement_map` that a text names; null when it is not there. */
export function namedRequirement(name: ConfigNode, filter: ConfigNode): EnvoyRequirement | null {
  const text = knownText(name);
  const node = text === null ? null : child(filter, 'requirement_map|requirementMap', text);
  return node === null ? null : readRequirement(node);
}

function requiring(name: ConfigNode | null, audiences: ConfigNode | null): EnvoyRequirement {
  const text = knownText(name);
  return {
    ...NOTHING,
    kind: 'required',
    providers: text === null ? [] : [{ name: text, audiences }],
    isTemplated: text === null,
  };
}

/** Of alternatives the weakest counts, of demands together the strongest. */
function combine(list: ConfigNode, mode: 'any' | 'all'): EnvoyRequirement | null {
  const parts: EnvoyRequirement[] = [];
  for (const item of items(child(list, 'requirements'))) {
    const part = readRequirement(item);
    if (part === null) return null;
    parts.push(part);
  }
  const isRequired =
    mode === 'any' ? parts.every(({ kind }) => kind === 'required') : parts.some(({ kind }) => kind === 'required');
  const first = (pick: (part: EnvoyRequirement) => ConfigNode | null): ConfigNode | null =>
    parts.map(pick).find((node) => node !== null) ?? null;
  return {
    kind: parts.length === 0 ? 'none' : isRequired ? 'required' : 'optional',
    providers: parts.flatMap(({ providers }) => providers),
    isTemplated: parts.some(({ isTemplated }) => isTemplated),
    missing: isRequired ? null : first(({ missing }) => missing),
    failed: isRequired ? null : first(({ failed }) => failed),
    unverified: first(({ unverified }) => unverified),
  };
}

/** `provider keycloak`; a name that a template fills in is counted instead. */
export function providerLabel(name: string, index: number): string {
  return fillIn(name).kind === 'unknown' ? `provider number ${index + 1}` : `provider ${name}`;
}
