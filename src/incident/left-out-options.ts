import type { LeftOutOption } from '../model/containment.ts';
import type { Inventory } from '../model/inventory.ts';
import type { ResponseOption } from '../response/response-options.ts';
import { responseOptions } from '../response/response-options.ts';
import type { Candidate, Situation } from './choose-responses.ts';
import { candidatesOf } from './choose-responses.ts';
import { identifierFor, namedBy } from './known-ids.ts';

/** Every response that the plan does not take, each with the reason. */
export function leftOutOptions(situation: Situation, taken: readonly Candidate[]): readonly LeftOutOption[] {
  const used = new Set(taken.map(({ option }) => option.mechanism));
  const possible = new Set(candidatesOf(situation).map(({ option }) => option.mechanism));
  return responseOptions(situation.scenario)
    .filter(({ mechanism }) => !used.has(mechanism))
    .map((option) => ({
      mechanism: option.mechanism,
      says: option.does,
      ...reasonOf(option, possible.has(option.mechanism), situation),
      collateral: option.collateral,
      source: option.source,
    }));
}

function reasonOf(
  option: ResponseOption,
  isPossible: boolean,
  { inventory, known, alg }: Situation,
): Pick<LeftOutOption, 'kind' | 'why'> {
  if (alg !== null && isOfOtherKind(option, alg)) {
    return { kind: 'useless', why: `the token is signed by ${alg}` };
  }
  if (option.effect === 'nothing') return { kind: 'useless', why: option.why };
  if (isPossible) {
    return option.effect === 'ends' || option.effect === 'ends_tokens' || option.effect === 'stops'
      ? { kind: 'too-broad', why: `it would work, but hits more people: ${option.collateral}` }
      : { kind: 'not-needed', why: 'every verifier is reached as fast without it' };
  }
  const declared = (inventory.responses ?? []).filter(({ does }) => does.includes(option.mechanism));
  if (declared.length === 0) {
    return { kind: 'not-declared', why: `it would work, but no response of inventory "${inventory.name}" does it` };
  }
  if (identifierFor(option.mechanism, known) === undefined) {
    const type = namedBy(option.mechanism) ?? '';
    return { kind: 'not-known', why: `nobody knows its ${type}; say it with --about ${type}=VALUE` };
  }
  return { kind: 'not-read', why: unread(option, inventory) };
}

/** Shared secrets sign with HMAC alone, and key sets hold what signs with anything else. */
function isOfOtherKind({ mechanism }: ResponseOption, alg: string): boolean {
  return mechanism === (alg.startsWith('HS') ? 'remove_key' : 'replace_secret');
}

function unread(option: ResponseOption, inventory: Inventory): string {
  const type = namedBy(option.mechanism);
  const lists = inventory.channels.filter(({ keys }) => type !== null && keys.includes(type));
  return lists.length === 0
    ? `no channel of the inventory can name a ${type ?? 'cut-off'}`
    : 'no verifier reads a channel on which it could be put';
}
