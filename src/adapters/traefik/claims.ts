import type { ConfigFact } from '../../model/config.ts';
import type { ConfigNode } from '../config-node.ts';
import { explicitFact, textFact, unknownConfigFact } from '../facts.ts';

/** Functions of a `claims` expression that hold a claim against whole values. */
const WHOLE = /^(?:Equals|Contains|SplitContains|OneOf)$/;

/**
 * Values that a `claims` expression of Traefik Hub demands of one claim; undefined when it does not speak of it. Only
 * functions joined by `&&` are understood.
 */
export function claimOf(node: ConfigNode | null, claim: string): ConfigFact<readonly string[]> | undefined {
  const expression = textFact(node);
  if (expression === undefined || expression.origin === 'unknown') return expression;
  const text = expression.value;
  const calls = [...text.matchAll(/\b(\w+)\(([^()]*)\)/g)].map(([, name = '', list = '']) => ({
    name,
    words: wordsOf(list),
  }));
  const own = calls.filter(({ words }) => words[0] === claim);
  const [call] = own;
  if (call === undefined) return undefined;
  if (/\|\||!/.test(text) || own.length > 1 || !WHOLE.test(call.name)) {
    return unknownConfigFact(expression.at, 'it is compared in a way that is not understood');
  }
  const values = call.name === 'SplitContains' ? call.words.slice(2) : call.words.slice(1);
  // Contains looks for a part where the claim is one text, and for an item where it is a list.
  return call.name === 'Contains' && claim !== 'aud'
    ? unknownConfigFact(expression.at, 'it is compared by a part')
    : explicitFact(values, expression.at);
}

function wordsOf(list: string): readonly string[] {
  return [...list.matchAll(/`([^`]*)`|"([^"]*)"|'([^']*)'/g)].map(
    ([, back, double, single]) => back ?? double ?? single ?? '',
  );
}
