import type { JudgedPlan } from '../model/drill.ts';
import { canonicalJson, sha256Hex } from '../policy/digest.ts';
import type { Plan } from './plan.ts';

/** sha256 over the drill without the positions in its file. */
export function drillDigest({ drill }: Plan): string {
  const bare = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(bare);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => key !== 'at' && key !== 'file')
        .map(([key, member]) => [key, bare(member)]),
    );
  };
  return sha256Hex(canonicalJson(bare(drill)));
}

/** sha256 over what a run is judged by. */
export function planDigest(plan: JudgedPlan): string {
  return sha256Hex(canonicalJson(plan));
}
