import type { CredentialSpec } from '../model/drill.ts';
import { certificateDer, certificateThumbprint, makeCertificate, readClientCertificate } from '../token/certificate.ts';
import { keyThumbprint } from '../token/dpop.ts';
import type { StepContext } from './step.ts';
import { machineOf } from './step.ts';
import { argumentOf, secretOf } from './steps/arguments.ts';
import type { Minted } from './vault.ts';

/** How far the clock of a server may be off without calling a certificate of the run too old or too new, in milliseconds. */
const CLOCK_MARGIN_MS = 3_600_000;

/**
 * A certificate of this run, signed by itself.
 *
 * @param time now in milliseconds since the epoch, and the end of everything of the run in seconds
 */
export function madeCertificate(
  name: string,
  time: { readonly now: () => number; readonly expiresAt: number },
): Minted {
  const certificate = makeCertificate({
    name,
    use: 'client',
    from: time.now() - CLOCK_MARGIN_MS,
    until: time.expiresAt * 1000 + CLOCK_MARGIN_MS,
  });
  return { kind: 'certificate', certificate };
}

/** A certificate that the servers trust already, from where the drill says it is. @throws UserError secret/missing, document/invalid */
export async function readCertificate({ name, obtain: call }: CredentialSpec, context: StepContext): Promise<Minted> {
  const { readSecret } = machineOf(context);
  const certificate = await readSecret(secretOf(argumentOf(call, 'certificate')));
  const key = await readSecret(secretOf(argumentOf(call, 'key')));
  return { kind: 'certificate', certificate: readClientCertificate(certificate.reveal(), key, name) };
}

/** How a token names what it is bound to (RFC 9449 section 6.1, RFC 8705 section 3.1). */
export async function confirmationOf(
  holder: Extract<Minted, { kind: 'key' | 'certificate' }>,
): Promise<Readonly<Record<string, string>>> {
  if (holder.kind === 'key') return { jkt: await keyThumbprint(holder.key) };
  return { 'x5t#S256': certificateThumbprint(certificateDer(holder.certificate.certificate)) };
}
