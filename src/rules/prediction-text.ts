import type { Estate } from '../model/finding.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Location } from '../model/location.ts';
import { compareLocations, showLocation } from '../model/location.ts';
import type { Scenario } from '../model/policy.ts';
import type { Addend, Prediction } from '../model/prediction.ts';
import { isFiniteBound, showBound } from '../model/quantity.ts';

/** What leaked, with its article. */
export const LEAKED: Readonly<Record<Scenario, string>> = {
  signing_key: 'a leaked signing key',
  access_token: 'a leaked access token',
  refresh_token: 'a leaked refresh token',
  hmac_secret: 'a leaked HMAC secret',
  client: 'a compromised client',
  user_session: 'a stolen session',
};

/** Predictions that are a guarantee: those of the quiet arm, where nothing but the leaked credential is used. */
export function guaranteed({ predictions }: Estate): readonly Prediction[] {
  return predictions.filter(({ arm }) => arm === 'quiet');
}

/** Identity of one guarantee, for fingerprints. */
export function predictionSubject({ environment, verifier, scenario }: Prediction): string {
  return `verifier ${environment}/${verifier}/${scenario}`;
}

/** Addends that take time, the largest first. */
export function largestFirst(addends: readonly Addend[]): readonly Addend[] {
  const weight = ({ value }: Addend): number => (isFiniteBound(value) ? value : Infinity);
  return addends.filter(({ value }) => value !== 0).sort((a, b) => weight(b) - weight(a));
}

/** `keys are cached 10m (inventory.yaml:31:9)`, `longest fetch 5s (by default: jose 6.2.18, ...)`. */
export function showAddend(addend: Addend): string {
  return `${addend.label} ${showBound(addend.value)} (${showOrigin(addend)})`;
}

/**
 * The same for an addend without end, always with the line that it comes from. What a configuration file lacks is said in
 * short: the rule on the setting, and the page of the adapter, name the documentation.
 */
export function showEndless(addend: Addend, { partial, at: place }: Prediction): string {
  const { at, origin, label } = addend;
  if (at === null || origin === 'explicit') return `${label} (${showOrigin(addend)})`;
  if (partial !== true) return `${label} (${showLocation(at)}, ${showOrigin(addend)})`;
  const words = { default: ['by default'], platform: ['which no setting changes'], derived: [], unknown: [] };
  const shown = [...(compareLocations(at, place) === 0 ? [] : [showLocation(at)]), ...words[origin]];
  return shown.length === 0 ? label : `${label} (${shown.join(', ')})`;
}

/** The name of a verifier; that of a configuration file goes without the file, at which the finding stands. */
export function showVerifier({ verifier, partial, at }: Prediction): string {
  return partial === true && verifier.startsWith(`${at.file} `) ? verifier.slice(at.file.length + 1) : verifier;
}

function showOrigin({ origin, at, source }: Addend): string {
  const place = at === null ? 'nowhere declared' : showLocation(at);
  if (origin === 'explicit') return place;
  const words = { default: 'by default: ', platform: 'fixed: ', derived: '', unknown: '' };
  return `${words[origin]}${source ?? place}`;
}

/** `objective 5m (policies/orders.yaml:12:9)`, or that it is a default. */
export function showObjective({ objective }: Prediction): string {
  if (objective === null) return 'no policy sets an objective';
  const where = objective.at === null ? `by default, policy "${objective.policy}"` : showLocation(objective.at);
  return `objective ${showBound(objective.max)} (${where})`;
}

/** An objective that somebody wrote is a promise; one that only holds by default is a warning. */
export function isPromised({ objective }: Prediction): boolean {
  return objective !== null && objective.at !== null;
}

/** Related places of a finding about a bound: every addend with a place of its own, then the objective. */
export function relatedPlaces(
  addends: readonly Addend[],
  { objective }: Prediction,
): readonly { readonly at: Location; readonly message: string }[] {
  const places = addends.flatMap(({ at, label, value, origin }) =>
    at === null ? [] : [{ at, message: `${label}: ${showBound(value)}${origin === 'default' ? ' by default' : ''}` }],
  );
  return objective === null || objective.at === null
    ? places
    : [...places, { at: objective.at, message: `objective: ${showBound(objective.max)}` }];
}

/**
 * Where the finding of a verifier is shown: the first of the places that lies inside the verifier's own entry, else the
 * verifier's name. A place elsewhere, at the issuer for example, is shared with other verifiers.
 */
export function placeInVerifier(
  { at }: Prediction,
  candidates: readonly (Location | null)[],
  { inventories }: Estate,
): Location {
  const starts = inventories.flatMap(entryStarts).sort(compareLocations);
  const isInside = (place: Location): boolean => {
    const start = starts.findLast((before) => before.file === place.file && compareLocations(before, place) <= 0);
    return start !== undefined && compareLocations(start, at) === 0;
  };
  return candidates.find((place) => place !== null && isInside(place)) ?? at;
}

function entryStarts({ environments, issuers, channels, verifiers }: Inventory): readonly Location[] {
  return [...environments, ...issuers, ...channels, ...verifiers].map((entry) => entry.at);
}
