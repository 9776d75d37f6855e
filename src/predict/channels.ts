import type { BoundTree } from '../model/prediction.ts';
import type { ChannelKey } from '../model/policy.ts';
import type { UsedChannel, VerifierFacts } from './facts.ts';
import { channelDelay } from './facts.ts';
import { leaf, series } from './tree.ts';

/** The channels of a verifier that can name one of these keys, each as the wait until it takes effect. */
export function channelBounds(facts: VerifierFacts, keys: readonly ChannelKey[]): readonly BoundTree[] {
  return facts.channels
    .filter(({ declaration }) => canName(declaration.type, declaration.keys, keys))
    .map((used) => channelBound(facts, used));
}

function canName(type: string, offered: readonly ChannelKey[], wanted: readonly ChannelKey[]): boolean {
  if (type === 'introspection') return wanted.includes('token');
  return type === 'denylist' && offered.some((key) => wanted.includes(key));
}

function channelBound(facts: VerifierFacts, used: UsedChannel): BoundTree {
  const { declaration, use } = used;
  const label = `${declaration.type} "${declaration.name}"`;
  if (declaration.type === 'introspection') {
    return series(label, [
      leaf('rho', 'issuer replicas agree', facts.issuer.replicaConvergence),
      leaf('I', 'introspection answers are cached', use.positiveCache),
      leaf('l', 'longest request', use.fetchTimeout),
    ]);
  }
  const delay = channelDelay(used);
  const symbol = declaration.delivery === 'push' ? 'P_rec' : 'P';
  const wait = declaration.delivery === 'push' ? 'a lost message is made up for' : 'between two polls';
  return series(label, [
    leaf(symbol, wait, delay),
    leaf('rho_s', 'the store replicates', declaration.storeLag),
    leaf('l', 'longest request', use.fetchTimeout),
    leaf('K', '"not revoked" is remembered', use.negativeCache),
    ...verdictCache(facts),
  ]);
}

/**
 * V, where it delays a channel: a cache of decisions in front of the library. A cache inside the library is asked before
 * the channel and does not delay it.
 */
function verdictCache(facts: VerifierFacts): readonly BoundTree[] {
  return facts.product.scope === 'token' || facts.verdictCacheTtl.value === 0
    ? []
    : [leaf('V', 'decisions are cached', facts.verdictCacheTtl)];
}

/** Notes on channels that stop revoking when they cannot be reached. */
export function channelAssumptions(facts: VerifierFacts, keys: readonly ChannelKey[]): readonly string[] {
  return facts.channels
    .filter(
      ({ declaration, use }) => use.failMode.value === 'open' && canName(declaration.type, declaration.keys, keys),
    )
    .map(({ declaration }) => `${declaration.type} "${declaration.name}" can be reached: this verifier fails open`);
}
