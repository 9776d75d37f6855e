/** Everything that a drill makes in the world is named so. */
const PREFIX = 'fbcanary';

/** `20261123t091400z-1a2b3c4d` */
const RUN = String.raw`\d{8}t\d{6}z-[0-9a-f]{8}`;

/** Whoever finds such a name anywhere can tell the run, the end, and the credential within the run. */
const NAME = new RegExp(String.raw`${PREFIX}-(${RUN})-(\d{9,11})-[\w-]+`);

const WHOLE = new RegExp(`^${NAME.source}$`);

/** What the name of a canary says. */
export interface CanaryName {
  readonly name: string;
  readonly runId: string;
  /** Seconds since the epoch after which nothing of this run may count any more. */
  readonly expiresAt: number;
}

/** The name of one credential of a run. It carries its own end, so that any machine can tell a forgotten one. */
export function canaryName(run: { readonly runId: string; readonly expiresAt: number }, credential: string): string {
  return `${PREFIX}-${run.runId}-${run.expiresAt}-${credential}`;
}

/** Reads a name; null for one that no run gives, even if it begins like one. */
export function readCanaryName(text: string): CanaryName | null {
  return WHOLE.test(text) ? findCanaryName(text) : null;
}

/** The first name of a canary inside a text, such as an entry of a list. */
export function findCanaryName(text: string): CanaryName | null {
  const [name, runId, end] = NAME.exec(text) ?? [];
  return name === undefined || runId === undefined ? null : { name, runId, expiresAt: Number(end) };
}

/** Whether a name belongs to drills, by its beginning alone. */
export function isCanaryName(text: string): boolean {
  return text.startsWith(`${PREFIX}-`);
}
