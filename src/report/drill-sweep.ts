/** What a sweep found, as far as reports show it. */
interface SweepReport {
  readonly places: readonly { readonly name: string; readonly looked: string; readonly why: string | null }[];
  readonly canaries: readonly {
    readonly canary: { readonly name: string; readonly runId: string; readonly expiresAt: number };
    readonly says: string;
    readonly state: 'running' | 'forgotten' | 'removed' | 'left';
    readonly why: string;
    readonly byHand: string | null;
  }[];
}

const STATES: Readonly<Record<SweepReport['canaries'][number]['state'], string>> = {
  running: 'kept     ',
  forgotten: 'forgotten',
  removed: 'removed  ',
  left: 'LEFT     ',
};

/** A sweep for people. */
export function sweepText({ places, canaries }: SweepReport, apply: boolean): string {
  const forgotten = canaries.filter(({ state }) => state !== 'running');
  const looked = places.filter((place) => place.looked === 'yes').length;
  const lines = [
    ...canaries.flatMap(({ says, state, why, byHand }) => [
      `${STATES[state]}  ${says} (${why})`,
      ...(byHand === null ? [] : [`           by hand: ${byHand}`]),
    ]),
    ...places.flatMap(({ name, looked: how, why }) =>
      how === 'yes' ? [] : [`${how === 'failed' ? 'unknown  ' : 'not seen '}  ${name}: ${why ?? ''}`],
    ),
    `${count(forgotten.length, 'forgotten canary', 'forgotten canaries')} in ${count(looked, 'place', 'places')}`,
  ];
  if (!apply && forgotten.length > 0) lines.push('nothing was changed; to remove them: firebreak drill sweep --apply');
  return `${lines.join('\n')}\n`;
}

/** A sweep for programs. */
export function sweepJson({ places, canaries }: SweepReport, apply: boolean): string {
  return JSON.stringify(
    {
      schema_version: '1.0',
      applied: apply,
      canaries: canaries.map(({ canary, says, state, why, byHand }) => ({
        name: canary.name,
        run: canary.runId,
        expires_at: canary.expiresAt,
        says,
        state,
        why,
        by_hand: byHand,
      })),
      places: places.map(({ name, looked, why }) => ({ name, looked, why })),
    },
    null,
    2,
  );
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
