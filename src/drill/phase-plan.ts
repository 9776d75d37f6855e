import type { DrillSpec } from '../model/drill.ts';
import { UserError } from '../model/failure.ts';
import type { IssuerDeclaration, VerifierDeclaration } from '../model/inventory.ts';
import { showBound } from '../model/quantity.ts';

/** Somebody must be able to tell the fetch that is waited for. @throws UserError document/not-found, document/invalid */
export function checkPhase(
  { observe }: DrillSpec,
  verifiers: readonly VerifierDeclaration[],
  { name, admin }: IssuerDeclaration,
): void {
  const { phase } = observe;
  if (phase === undefined) return;
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
