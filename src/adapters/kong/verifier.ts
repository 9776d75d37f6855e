import type { VerifierConfig, VerifierFactMap } from '../../model/config.ts';
import type { ConfigNode } from '../config-node.ts';
import { child } from '../config-node.ts';
import { mapFact, textFact, unknownConfigFact } from '../facts.ts';
import type { Entities, Plugin } from './entities.ts';

/** Name of the subject that a plugin becomes. */
export function nameOfPlugin({ type, scope }: Plugin): string {
  return scope === '' ? type : `${type} on ${scope}`;
}

/** A verifier without facts. */
export function baseOf(node: ConfigNode, name: string): Omit<VerifierConfig, 'facts' | 'product'> {
  return {
    kind: 'verifier',
    adapter: 'kong',
    name,
    file: node.document.file,
    at: node.at,
    profile: null,
    secrets: [],
    remarks: [],
    inlineKeys: [],
  };
}

/** Requests of the anonymous consumer pass, unless another plugin ends them. */
export function anonymousOf(
  config: ConfigNode | null,
  { endedConsumers }: Entities,
): Pick<VerifierFactMap, 'missingTokenAllowed' | 'failedTokenAllowed'> {
  const node = child(config, 'anonymous');
  const consumer = textFact(node);
  if (node === null || consumer === undefined || node.value === '') return {};
  const isEnded = consumer.origin !== 'unknown' && endedConsumers.includes(consumer.value);
  const fact = isEnded
    ? unknownConfigFact(node.at, 'a request-termination plugin ends requests of the anonymous consumer')
    : mapFact(consumer, () => true);
  return fact === undefined ? {} : { missingTokenAllowed: fact, failedTokenAllowed: fact };
}
