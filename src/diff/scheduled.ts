/** What changes without a commit: waivers of the new side that end. */
import type { ScheduledChange } from '../model/change.ts';
import type { DiffInput, DiffOptions } from './diff-input.ts';
import { targetGroups } from './target-groups.ts';
import { witnessesOf } from './witnesses.ts';

/** For each waiver in force that lets something in, what its end takes away; the nearest first. */
export async function scheduledChanges(
  head: DiffInput,
  options: Pick<DiffOptions, 'at' | 'prove' | 'maxWitnesses'>,
): Promise<readonly ScheduledChange[]> {
  const ending = head.waivers
    .filter(({ permits, expires }) => permits !== null && options.at < expires.ends)
    .toSorted((a, b) => a.expires.ends - b.expires.ends || (a.name < b.name ? -1 : 1));
  const scheduled: ScheduledChange[] = [];
  for (const waiver of ending) {
    const without = { ...head, waivers: head.waivers.filter(({ name }) => name !== waiver.name) };
    const { groups } = targetGroups(head, without, { at: options.at, isUnreadable: () => false });
    for (const { comparison, name, targets, sides } of groups) {
      const { shown, verdict } = await witnessesOf(comparison, sides, options);
      const change = { ...comparison.change, ...verdict, name, targets, witnesses: shown };
      scheduled.push({ after: waiver.expires.text, waiver: waiver.name, at: waiver.at, change });
    }
  }
  return scheduled;
}
