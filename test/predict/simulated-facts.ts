import type { BoundTree } from '../../src/model/prediction.ts';
import { whileNothingCanBeFetched } from '../../src/predict/degraded.ts';
import type { VerifierFacts } from '../../src/predict/facts.ts';
import { verifierFacts } from '../../src/predict/facts.ts';
import { signingKeyBound } from '../../src/predict/signing-key.ts';
import type { Setup } from './cache-simulator.ts';
import { inventoryOf, issuerOf, settingsOf, verifierOf, written } from './inventory-builder.ts';

/** The facts of a verifier with these caches; acting takes no time. */
export function factsOf(setup: Setup): VerifierFacts {
  const issuer = issuerOf({
    timeToAct: written(0),
    replicaConvergence: written(setup.replicas),
    edge: {
      maxAge: written(setup.edge),
      staleWhileRevalidate: written(setup.stale),
      staleIfError: written(setup.staleIfError),
    },
  });
  const settings = settingsOf({
    keyCacheTtl: written(Number.isFinite(setup.keys) ? setup.keys : 'unbounded'),
    cooldown: written(setup.cooldown ?? 0),
    fetchTimeout: written(setup.fetch),
    verdictCacheTtl: written(setup.verdicts),
    upstreamCacheTtl: written(setup.upstream),
    deployTime: written(setup.deployment),
    requestGap: written(setup.gap),
  });
  const verifier = verifierOf('jose', '6.2.18', { ...settings, derivedSessionLifetime: written(setup.session) });
  const reading = verifierFacts(verifier, inventoryOf([], { issuers: [issuer] }));
  if (reading.kind === 'unknown') throw new Error(reading.why);
  const { cacheClass } = setup;
  const facts: VerifierFacts = {
    ...reading.facts,
    lastKnownGood: written(setup.lastKnownGood),
    propagation: written(setup.propagation),
    staleOnError: written(Number.isFinite(setup.staleOnError) ? setup.staleOnError : 'unbounded'),
    product: {
      ...reading.facts.product,
      cacheClass,
      scope: cacheClass === 'e' || cacheClass === 'h' ? 'kid' : 'set',
      jitter: { value: setup.jitter, source: 'simulated' },
      ...(setup.window === 0 ? {} : { window: { value: written(setup.window).value, source: 'simulated' } }),
    },
  };
  return setup.outage ? whileNothingCanBeFetched(facts) : facts;
}

/** What is predicted of them. */
export function treeOf(setup: Setup): BoundTree {
  return signingKeyBound(factsOf(setup), setup.cooldown === null ? 'quiet' : 'busy');
}

/** Half of the draws lie at an end of their range: the longest life is one in which every cache had just been filled. */
export function atTheEnds(next: () => number): () => number {
  return () => {
    const way = next();
    const drawn = next();
    if (way < 0.5) return drawn;
    return way < 0.75 ? drawn ** 12 : 1 - drawn ** 12;
  };
}
