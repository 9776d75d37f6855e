import type { DrillSpec } from '../model/drill.ts';
import { UserError } from '../model/failure.ts';
import type { IssuerDeclaration, VerifierDeclaration } from '../model/inventory.ts';
import { showBound } from '../model/quantity.ts';

/** Somebody must be able to tell the fetch that is waited for. @throws UserError document/not-found, document/invalid */
export function checkPhase(
  { observe: { phase } }: DrillSpec,
  {
    verifiers,
    issuer: { name, admin },
    vantages,
  }: {
    readonly verifiers: readonly VerifierDeclaration[];
    readonly issuer: IssuerDeclaration;
    readonly vantages: readonly string[];
  },
): void {
  if (phase === undefined) return;
  if (vantages.length > 0)
    throw new UserError(
      'usage/bad-argument',
      'agents are told the times in advance, and observe.phase waits for a fetch',
      {
        hint: 'run it without agents, or remove observe.phase',
        at: phase.at,
      },
    );
  const names = verifiers.map((verifier) => verifier.name);
  if (!names.includes(phase.verifier))
    throw new UserError(
      'document/not-found',
      `the drill does not probe "${phase.verifier}", whose fetch it waits for`,
      {
        hint: `choose one of ${names.join(', ')}`,
        at: phase.at,
      },
    );
  if (phase.log === null && admin?.startsWith('lab://') !== true)
    throw new UserError('document/invalid', `issuer "${name}" does not tell who fetches its key set`, {
      hint: 'name the access log of the key set under observe.phase.log',
      at: phase.at,
    });
}

/** When containment begins, where it waits. */
export function phaseNotes({ phase }: DrillSpec['observe']): readonly string[] {
  if (phase === undefined) return [];
  const where = phase.log === null ? 'the issuer of the lab' : phase.log.file;
  return [
    `the method begins right after ${where} shows a fetch of the key set by ${phase.verifier}, or after ${showBound(phase.within)} without one`,
  ];
}
