import type { RecordedUse } from '../model/recorded-use.ts';
import { patternCovers } from '../policy/meet.ts';
import type { DecisionInputs } from './decide-use.ts';

/**
 * A text that equal uses have in common: uses of one shape have the same decisions, so that millions of lines need a
 * few hundred decisions. Times count by which limits they are above, routes by which patterns cover them, everything
 * else by its value, and what no policy asks for not at all.
 */
export function shapeOf(use: RecordedUse, inputs: DecisionInputs): string {
  const { proof, aud } = use;
  return (
    part(use.iss) +
    (aud === null ? '-' : aud.length === 1 ? part(aud[0] ?? null) : JSON.stringify(aud)) +
    part(use.alg) +
    part(use.typ) +
    part(use.kid) +
    part(use.cnf) +
    part(use.decision) +
    timesOf(use, inputs) +
    list(use.claimNames) +
    list(use.headerNames) +
    (proof === null ? '-' : proof.kind === 'none' ? '0' : JSON.stringify([proof, use.time])) +
    (inputs.routes.length > 0 ? routeClass(use.route, inputs.routes) : '') +
    (inputs.target ? part(use.target) + part(use.verifier) : '') +
    (inputs.ip ? part(use.ip) : '') +
    `${use.sub === null}${use.jti === null}${use.sid === null}${use.clientId === null}` +
    valuesOf(use, inputs)
  );
}

/** A text that ends where it says, so that no text of a log can look like two. */
function part(value: string | null): string {
  return value === null ? '-' : `${value.length}:${value}`;
}

function list(names: readonly string[] | null): string {
  return names === null ? '-' : part(names.join('\n'));
}

/** Which patterns cover the route. */
function routeClass(route: string | null, patterns: readonly string[]): string {
  if (route === null) return '?';
  let shape = '';
  for (const pattern of patterns) shape += patternCovers(pattern, route) ? '1' : '0';
  return shape;
}

/** How many limits the value is above; they are few. */
export function above(value: number, limits: readonly number[]): number {
  let count = 0;
  for (const limit of limits) if (value > limit) count += 1;
  return count;
}

/** Year 275760, the end of ECMAScript time; what lies behind is compared by its value. */
const LAST_SECOND = 8.64e12;

function timesOf({ time, exp, iat, nbf }: RecordedUse, inputs: DecisionInputs): string {
  if (isOdd(exp) || isOdd(iat) || isOdd(nbf)) return `${time} ${exp} ${iat} ${nbf}`;
  let shape = '';
  if (exp !== null && iat !== null) {
    const lifetime = exp * 1000 - iat * 1000;
    shape += lifetime < 0 ? 'negative' : above(lifetime, inputs.lifetime);
  }
  if (time === null) return `${shape} ${exp !== null} ${iat !== null} ${nbf !== null}`;
  if (exp !== null) shape += `e${above(exp * 1000 - time, inputs.left)}`;
  if (iat !== null) shape += `i${above(time - iat * 1000, inputs.age)},${above(iat * 1000 - time, inputs.ahead)}`;
  if (nbf !== null) shape += `n${above(nbf * 1000 - time, inputs.ahead)}`;
  return shape;
}

function isOdd(value: number | null): boolean {
  return value !== null && !(Math.abs(value) <= LAST_SECOND);
}

/** Members beside the fields: rare, but for logs that hold whole payloads. */
function valuesOf({ claimValues, headerValues }: RecordedUse, inputs: DecisionInputs): string {
  let shape = '';
  for (const name in headerValues)
    if (Object.hasOwn(headerValues, name)) shape += ` ${JSON.stringify(headerValues[name])}`;
  for (const name in claimValues) {
    if (!Object.hasOwn(claimValues, name)) continue;
    const value = claimValues[name];
    shape += ` ${name}:`;
    if (name === 'cnf' || inputs.claimValues.includes(name)) shape += JSON.stringify(value);
    else if (inputs.claims.includes(name) || TIMES.has(name) || name === 'aud' || name === 'iss')
      shape += kindOf(value);
  }
  return shape;
}

const TIMES: ReadonlySet<string> = new Set(['exp', 'iat', 'nbf']);

/** What can make a claim usable or not; a usable one has a field of its own wherever its value counts. */
function kindOf(value: unknown): string {
  if (value === '' || value === null) return String(value);
  if (Array.isArray(value)) return JSON.stringify(value);
  if (typeof value === 'number') return Number.isFinite(value) ? 'number' : 'odd';
  return typeof value;
}
