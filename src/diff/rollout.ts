/** In which order to merge so that nobody breaks who does not have to. */
import type { DimensionChange, PolicyChange } from '../model/change.ts';
import { showBound } from '../model/quantity.ts';

/** Steps for the changes that break; empty when any order will do. */
export function rolloutSteps(changes: readonly PolicyChange[]): readonly string[] {
  const breaking = changes.filter((change) => change.breaking !== 'none');
  if (breaking.length === 0) return [];
  const clients = pathsThat(breaking, 'persistent');
  const isNew = breaking.filter(({ dimensions }) => dimensions.some(isEnforced));
  const issuers = pathsThat(
    breaking.filter((change) => !isNew.includes(change)),
    'transient',
  );
  const dead = breaking.filter(({ verdict }) => verdict === 'dead').map(({ name }) => name);
  const widened = breaking.filter(({ verdict }) => verdict === 'incomparable');
  const drains = breaking.flatMap(({ drain, breaking: how }) => (how === 'transient' && drain !== null ? [drain] : []));
  const longest = drains.toSorted((a, b) => Number(b) - Number(a))[0];
  return [
    ...(dead.length === 0
      ? []
      : [
          `Stop: after this change nothing is accepted by ${dead.join(', ')}. Merge only when nobody uses it any more.`,
        ]),
    ...(isNew.length === 0
      ? []
      : [
          `Where nothing was enforced, ${isNew.map(({ name }) => name).join('; ')}, begin with enforcement: warn, until the logs show nothing that would be refused: firebreak replay.`,
        ]),
    ...(clients.length === 0
      ? []
      : [
          `Move issuers and clients first, until all of them keep to ${clients.join('; ')}. The logs show who does not: firebreak replay.`,
        ]),
    ...(widened.length === 0
      ? []
      : ['Merge what gets looser on its own, so that verifiers accept the old and the new for a while.']),
    ...(issuers.length === 0
      ? []
      : [`Make sure that issuers mint what the new policy asks for: ${issuers.join('; ')}.`]),
    ...(longest === undefined ? [] : [`Wait ${showBound(longest)}, until tokens of before have expired.`]),
    'Merge this change.',
  ];
}

function isEnforced({ path, direction }: DimensionChange): boolean {
  return path === 'applies_to' && direction === 'tightened';
}

function pathsThat(changes: readonly PolicyChange[], breaking: PolicyChange['breaking']): readonly string[] {
  const found = changes
    .filter(({ verdict }) => verdict !== 'dead')
    .flatMap(({ dimensions }) => dimensions.filter((dimension) => dimension.breaking === breaking));
  return [...new Set(found.map(demandWords))].sort();
}

/** `binding.accept of access tokens (dpop)`, `what holds without waiver legacy` */
function demandWords({ path, after }: DimensionChange): string {
  const [, waiver] = /^waivers\[(.*)\]$/s.exec(path) ?? [];
  if (waiver === undefined) return `${pathWords(path)} (${after})`;
  return after === '-' ? `what holds without waiver ${waiver}` : `waiver ${waiver} (${after})`;
}

function pathWords(path: string): string {
  const [, tokenClass, rest] = /^tokens\.(\w+)\.(.+)$/s.exec(path) ?? [];
  return tokenClass === undefined || rest === undefined ? path : `${rest} of ${tokenClass.replaceAll('_', ' ')}s`;
}
