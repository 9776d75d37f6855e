import { UserError } from '../model/failure.ts';
import { toTimestamp } from '../model/instant.ts';
import type { DrillWindow } from '../model/inventory.ts';
import { drillDigest } from './drill-digest.ts';
import type { Plan } from './plan.ts';
import type { DrillRunInput } from './run-input.ts';

/** Digits of a drill's digest that an approval names, as those of other changes. */
const FINGERPRINT_DIGITS = 12;

/** What an approval of this drill must name: it changes with every change of the drill, not with comments or layout. */
export function drillFingerprint(plan: Plan): string {
  return drillDigest(plan).slice(0, FINGERPRINT_DIGITS);
}

/** Whether the environment lets this drill run now. @param now milliseconds since the epoch @throws UserError drill/* */
export function checkPermission({ plan, approvals = [] }: DrillRunInput, now: number): void {
  const { environment, drill } = plan;
  const { windows = [], freezes = [], approvals: needed = 0 } = environment.drills ?? {};
  const end = now + drill.guards.maxDuration;
  const freeze = freezes.find(({ from, until }) => now < until.ends && end >= from.starts);
  if (freeze !== undefined) {
    throw new UserError(
      'drill/not-now',
      `environment "${environment.name}" is frozen from ${freeze.from.text} to ${freeze.until.text}: ${freeze.reason}`,
      { hint: 'run the drill after the freeze, or in another environment', at: freeze.from.at },
    );
  }
  if (windows.length > 0 && !windows.some((window) => isInside(window, now) && isInside(window, end))) {
    throw new UserError(
      'drill/not-now',
      `it is ${toTimestamp(now)}, and a drill of at most ${Math.ceil(drill.guards.maxDuration / 60_000)} min fits in no window of environment "${environment.name}"`,
      {
        hint: `drills run ${windows.map(windowText).join('; ')}`,
        ...(windows[0] === undefined ? {} : { at: windows[0].at }),
      },
    );
  }
  checkApprovals(plan, { approvals, needed, now });
}

function checkApprovals(
  plan: Plan,
  {
    approvals,
    needed,
    now,
  }: { readonly approvals: NonNullable<DrillRunInput['approvals']>; readonly needed: number; readonly now: number },
): void {
  const fingerprint = drillFingerprint(plan);
  const standing = approvals.filter(
    ({ changes, expires }) => expires.ends > now && changes.some((change) => change.fingerprint === fingerprint),
  );
  const people = new Set(standing.flatMap(({ approvedBy }) => approvedBy.map(({ who }) => who.toLowerCase())));
  if (people.size >= needed) return;
  throw new UserError(
    'drill/approval-needed',
    `environment "${plan.environment.name}" asks for ${needed} approvals of this drill, and ${people.size} stand`,
    {
      hint: `let them commit a ChangeApproval with changes: ['${fingerprint}']; it ends with the next change of the drill`,
      at: plan.drill.at,
    },
  );
}

function isInside({ days, from, to, timeZone }: DrillWindow, instant: number): boolean {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(instant);
  const of = (type: string): string => parts.find((part) => part.type === type)?.value ?? '';
  const minute = Number(of('hour')) * 60 + Number(of('minute'));
  return days.includes(of('weekday').toLowerCase()) && minute >= from && minute < to;
}

/** `mon, tue from 09:00 to 16:00 UTC` */
export function windowText({ days, from, to, timeZone }: DrillWindow): string {
  const time = (minutes: number): string =>
    `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  return `${days.join(', ')} from ${time(from)} to ${time(to)} ${timeZone}`;
}
