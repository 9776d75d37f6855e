import { createColors } from 'picocolors';

/** Functions that colour text, or leave it alone. */
export interface Paint {
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly green: (text: string) => string;
  readonly cyan: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

export function paint(on: boolean): Paint {
  const colors = createColors(on);
  const pick = (color: (text: string) => string) => (text: string) => color(text);
  return {
    red: pick(colors.red),
    yellow: pick(colors.yellow),
    green: pick(colors.green),
    cyan: pick(colors.cyan),
    dim: pick(colors.dim),
    bold: pick(colors.bold),
  };
}

/**
 * Whether to colour. The command line decides first, then FORCE_COLOR, then NO_COLOR when present and not empty
 * (no-color.org), then whether a terminal is there.
 */
export function wantsColor({
  env,
  isTerminal,
  when,
}: {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTerminal: boolean;
  readonly when: string;
}): boolean {
  if (when === 'always') return true;
  if (when === 'never') return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined && forced !== '') return forced !== '0';
  const refused = env['NO_COLOR'];
  if (refused !== undefined && refused !== '') return false;
  return isTerminal && env['TERM'] !== 'dumb';
}
