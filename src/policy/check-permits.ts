/** Whether what waivers permit makes sense, seen from all policies at once. */
import type { Problem } from '../model/failure.ts';
import type { EffectivePolicy } from '../model/policy.ts';
import type { IdlePermit, Waiver } from '../model/waiver.ts';
import { voided } from './compose-target.ts';
import { shortPath } from './meet-field.ts';
import { waivedPolicies } from './waived.ts';
import { widenPolicy } from './widen.ts';

export interface PermitsJudged {
  /** Waivers that `final` makes void; a value that two policies forbid in the same place is told once. */
  readonly problems: readonly Problem[];
  readonly idle: readonly IdlePermit[];
}

/**
 * Holds every waiver in force against the policies of its target.
 *
 * @param now milliseconds since the epoch
 */
export function judgePermits(
  policies: readonly EffectivePolicy[],
  waivers: readonly Waiver[],
  now: number,
): PermitsJudged {
  const judged = waivers
    .filter(({ permits, expires }) => permits !== null && now < expires.ends)
    .map((waiver) => judge(waiver, waivedPolicies(policies, waiver)));
  return { problems: judged.flatMap(({ problems }) => problems), idle: judged.flatMap(({ idle }) => idle) };
}

function judge(waiver: Waiver, waived: readonly EffectivePolicy[]): PermitsJudged {
  const fields = waived.flatMap((policy) => widenPolicy(policy, waiver).fields);
  const problems = new Map(fields.flatMap((field) => voided(waiver, field)).map((each) => [each.message, each]));
  if (problems.size > 0) return { problems: [...problems.values()], idle: [] };
  if (fields.length === 0) {
    const why =
      waived.length === 0 ? 'no enforced policy fits its target' : 'no policy of its target governs what it permits';
    return { problems: [], idle: [{ waiver: waiver.name, path: null, why, at: waiver.at }] };
  }
  const paths = new Set(fields.map(({ path }) => path));
  const idle = [...paths].flatMap((path): readonly IdlePermit[] => {
    const there = fields.filter((field) => field.path === path);
    const [first] = there;
    if (first === undefined || there.some(({ widens }) => widens)) return [];
    return [
      {
        waiver: waiver.name,
        path,
        why: `every policy of its target allows this ${shortPath(path)} anyway`,
        at: first.at,
      },
    ];
  });
  return { problems: [], idle };
}
