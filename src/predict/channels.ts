import type { ChannelKey, ChannelType } from '../model/policy.ts';
import type { BoundTree } from '../model/prediction.ts';
import type { UsedChannel, VerifierFacts } from './facts.ts';
import { channelDelay } from './facts.ts';
import { leaf, series } from './tree.ts';
import { verdictCacheInFront } from './verdict-cache.ts';

/** Channels whose entries name what is refused: lists that are read, and messages that are pushed. */
const LISTS: readonly ChannelType[] = ['denylist', 'status_list', 'backchannel_logout', 'ssf_caep'];
const MESSAGES: readonly ChannelType[] = ['backchannel_logout', 'ssf_caep'];

/** The lists of a verifier that can name one of these keys, each as the wait from the entry until it takes effect. */
export function listBounds(facts: VerifierFacts, keys: readonly ChannelKey[]): readonly BoundTree[] {
  return facts.channels.filter((used) => canName(used, keys)).map((used) => listBound(facts, used));
}

/** Messages that end sessions, as the wait until they take effect: back-channel log-out and security events. */
export function messageBounds(facts: VerifierFacts, keys: readonly ChannelKey[]): readonly BoundTree[] {
  return facts.channels
    .filter((used) => MESSAGES.includes(used.declaration.type) && canName(used, keys))
    .map((used) => listBound(facts, used));
}

/** The issuer asked about each token, as the wait from its change of mind until it takes effect. */
export function introspectionBounds(facts: VerifierFacts): readonly BoundTree[] {
  return facts.channels
    .filter(({ declaration }) => declaration.type === 'introspection')
    .map(({ declaration, use }) =>
      series(`introspection "${declaration.name}"`, [
        leaf('I', 'introspection answers are cached', use.positiveCache),
        leaf('l', 'longest request', use.fetchTimeout),
        ...verdictCacheInFront(facts),
      ]),
    );
}

function canName({ declaration }: UsedChannel, wanted: readonly ChannelKey[]): boolean {
  return LISTS.includes(declaration.type) && declaration.keys.some((key) => wanted.includes(key));
}

function listBound(facts: VerifierFacts, used: UsedChannel): BoundTree {
  const { declaration, use } = used;
  const pushed = declaration.delivery === 'push';
  return series(`${declaration.type} "${declaration.name}"`, [
    leaf(pushed ? 'P_rec' : 'P', pushed ? 'a lost message is made up for' : 'between two polls', channelDelay(used)),
    leaf('rho_s', 'the store replicates', declaration.storeLag),
    leaf('l', 'longest request', use.fetchTimeout),
    leaf('K', '"not revoked" is remembered', use.negativeCache),
    ...verdictCacheInFront(facts),
  ]);
}

/** What must hold for channels to end a leak: they can be reached, and a cached verdict does not hide them. */
export function channelAssumptions(
  facts: VerifierFacts,
  keys: readonly ChannelKey[],
  introspects: boolean,
): readonly string[] {
  const lists = facts.channels.filter((used) => canName(used, keys));
  const asked = facts.channels.filter(({ declaration }) => introspects && declaration.type === 'introspection');
  const open = [...lists, ...asked]
    .filter(({ use }) => use.failMode.value === 'open')
    .map(({ declaration }) => `${declaration.type} "${declaration.name}" can be reached: this verifier fails open`);
  const hidden =
    lists.length > 0 && facts.product.verdictCache !== null && facts.verdictCacheTtl.value !== 0
      ? [`lists are asked for every request, also when ${facts.product.id} has cached its verdict`]
      : [];
  return [...open, ...hidden];
}
