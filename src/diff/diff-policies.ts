/** The semantic difference of two versions of the policies. Pure but for the proof of its witnesses, which is passed in. */
import type { DiffSide, PolicyChange, PolicyDiff } from '../model/change.ts';
import type { EffectivePolicy } from '../model/policy.ts';
import { canonicalJson, sha256Hex } from '../policy/digest.ts';
import type { DiffInput, DiffOptions } from './diff-input.ts';
import { withoutBuildingBlocks } from './building-blocks.ts';
import { compareChanges } from './change-order.ts';
import { guardrailNotes } from './guardrail-notes.ts';
import { predictedChanges } from './predicted-changes.ts';
import { rolloutSteps } from './rollout.ts';
import { scheduledChanges } from './scheduled.ts';
import { unreadableChanges } from './unreadable.ts';
import type { TargetGroup } from './target-groups.ts';
import { targetGroups } from './target-groups.ts';
import { witnessesOf } from './witnesses.ts';

/** Compares two versions; the same input gives the same bytes. */
export async function diffPolicies(base: DiffInput, head: DiffInput, options: DiffOptions): Promise<PolicyDiff> {
  const unreadable = unreadableChanges(base, head);
  const [before, after] = withoutBuildingBlocks(base, head);
  const groups = targetGroups(before, after, { ...options, isUnreadable: unreadable.concerns });
  const changes: PolicyChange[] = [...unreadable.changes, ...groups.tooMany];
  for (let from = 0; from < groups.groups.length; from += AT_ONCE) {
    const proven = groups.groups.slice(from, from + AT_ONCE).map((group) => provenChange(group, options));
    changes.push(...(await Promise.all(proven)));
  }
  const sorted = changes.toSorted(compareChanges);
  return {
    base: sideOf(base),
    head: sideOf(head),
    changes: sorted,
    scheduled: await scheduledChanges(after, options),
    predicted: predictedChanges(base, head, options.changedFiles),
    rollout: rolloutSteps(sorted),
    notes: [...options.notes, ...guardrailNotes(base.guardrails, head.guardrails)],
    reformatted: reformattedFiles(base, head, options.changedFiles),
  };
}

/** Changes whose tokens are made and shown at the same time: signatures are worked out beside each other. */
const AT_ONCE = 32;

async function provenChange(
  { comparison, name, targets, sides }: TargetGroup,
  options: DiffOptions,
): Promise<PolicyChange> {
  const { verdict, shown } = await witnessesOf(comparison, sides, options);
  return { ...comparison.change, ...verdict, name, targets, witnesses: shown };
}

function sideOf({ label, commit, policies, waivers, problems }: DiffInput): DiffSide {
  const digests = policies
    .map(({ name, digest }) => [name, digest] as const)
    .sort(([a, first], [b, second]) => (a === b ? (first < second ? -1 : 1) : a < b ? -1 : 1));
  const permits = waivers
    .flatMap(({ name, permits, target, expires }) => (permits === null ? [] : [[name, permits.spec, target, expires]]))
    .map(canonicalJson)
    .sort();
  const whole = permits.length === 0 ? digests : [digests, permits];
  return { label, commit, digest: sha256Hex(canonicalJson(whole)), problems };
}

/** Files with policies whose text changed while the meaning of none of them did. */
function reformattedFiles(base: DiffInput, head: DiffInput, changedFiles: ReadonlySet<string>): readonly string[] {
  const digestsBefore = new Map(base.policies.map(({ name, digest }) => [name, digest]));
  const namesAfter = new Set(head.policies.map(({ name }) => name));
  const gone = new Set(base.policies.flatMap(({ name, digest }) => (namesAfter.has(name) ? [] : [digest])));
  const unchanged = ({ name, digest }: EffectivePolicy): boolean =>
    digestsBefore.has(name) ? digestsBefore.get(name) === digest : gone.has(digest);
  return [...changedFiles]
    .filter((file) => {
      const inFile = head.policies.filter((policy) => policy.file === file);
      return inFile.length > 0 && inFile.every(unchanged);
    })
    .sort();
}
