import type { WaiverChange } from '../model/gate.ts';
import type { Waiver } from '../model/waiver.ts';
import { MAX_EXCEPTION_DAYS } from '../model/waiver.ts';
import { DAY } from '../policy/day.ts';
import { shortDigest } from './demand.ts';

/** Extensions that a waiver may have before the next one asks for more approvals. */
const FREE_EXTENSIONS = 1;

export interface WaiverSides {
  readonly base: readonly Waiver[];
  readonly head: readonly Waiver[];
  /** How often the base side had moved the end of a waiver already, by name, as history tells. */
  readonly extensions: ReadonlyMap<string, number>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Waivers that last longer than waivers are meant to, or whose end is moved a second time. */
export function findWaiverChanges({ base, head, extensions, now }: WaiverSides): readonly WaiverChange[] {
  const before = new Map(base.map((waiver) => [waiver.name, waiver]));
  return head.flatMap((waiver) => {
    const old = before.get(waiver.name);
    if (old !== undefined && waiver.expires.ends <= old.expires.ends) return [];
    const days = Math.ceil((waiver.expires.starts - (waiver.created?.starts ?? now)) / DAY);
    const moved = old === undefined ? 0 : (extensions.get(waiver.name) ?? 0) + 1;
    const faults = [
      ...(days > MAX_EXCEPTION_DAYS ? [`lasts ${days} days, more than ${MAX_EXCEPTION_DAYS}`] : []),
      ...(moved > FREE_EXTENSIONS ? [`has its end moved again, ${moved} times in all`] : []),
    ];
    if (faults.length === 0) return [];
    return [
      {
        fingerprint: shortDigest(['waiver', waiver.name, old?.expires.text ?? null, waiver.expires.text]),
        message: `Waiver "${waiver.name}" ${faults.join(' and ')}`,
      },
    ];
  });
}
