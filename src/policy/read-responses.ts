import type { FreshTokenDeclaration, ResponseDeclaration } from '../model/inventory.ts';
import type { Mechanism } from '../model/mechanism.ts';
import { DRILL_DEFAULTS } from './drill-defaults.ts';
import type { Cursor } from './facts.ts';
import { child, durationOf, isGiven, placeOf, requiredText, textOf, textsOf } from './facts.ts';
import { readCall } from './read-call.ts';

/** How something is done about a leak, as an Inventory declares it. */
export function readResponse(at: Cursor): ResponseDeclaration {
  const verifiers = child(at, 'verifiers');
  const repeatable = child(at, 'repeatable').data;
  return {
    does: textsOf(child(at, 'does')) as readonly Mechanism[], // an enum of the schema
    channel: textOf(child(at, 'channel')),
    issuer: textOf(child(at, 'issuer')),
    verifiers: isGiven(verifiers) ? textsOf(verifiers) : null,
    call: { ...readCall(at), isResponse: true },
    timeout: durationOf(child(at, 'timeout')) ?? DRILL_DEFAULTS.stepTimeout,
    isRepeatable: typeof repeatable === 'boolean' ? repeatable : null,
    at: placeOf(at),
  };
}

/** How a legitimate client gets a token, as an Inventory declares it. */
export function readFreshToken(at: Cursor): FreshTokenDeclaration {
  return { issuer: requiredText(child(at, 'issuer')), obtain: readCall(at), at: placeOf(at) };
}
