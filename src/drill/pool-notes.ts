import type { PoolDeclaration } from '../model/pool.ts';
import type { DrillSpec } from '../model/drill.ts';
import type { VerifierDeclaration } from '../model/inventory.ts';
import { millis, showBound } from '../model/quantity.ts';
import { POOL_ALPHA, rejectsNeeded } from './pool-bound.ts';

/** What a run will be able to say of verifiers behind a balancer, in words. Attacks are tried at whoever answers. */
export function poolNotes(
  { observe }: Pick<DrillSpec, 'observe'>,
  verifiers: readonly Pick<VerifierDeclaration, 'name' | 'pool'>[],
): readonly string[] {
  if (observe.attacks.length > 0) return [];
  return verifiers.flatMap(({ name, pool }) =>
    pool === undefined ? [] : [`${name} is a pool: ${noteOf(pool, observe.minGap)}`],
  );
}

function noteOf({ replicas, id }: PoolDeclaration, minGap: number): string {
  if (replicas === null) return 'nobody says how many replicas it has, so it can fail and cannot pass';
  if (id !== null) return `it can pass only when all ${replicas} replicas were seen`;
  const needed = rejectsNeeded(replicas, POOL_ALPHA);
  return `its ${replicas} replicas cannot be told apart, so its interval ends ${needed} refusals after the last accept, ${showBound(millis(needed * minGap))} at the least, with ${100 * (1 - POOL_ALPHA)} % confidence`;
}
