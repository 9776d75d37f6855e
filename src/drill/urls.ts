import type { LabDescription } from '../model/lab.ts';
import { UserError } from '../model/failure.ts';

/**
 * The address behind a URL of the inventory. `lab://issuer/...`, `lab://admin/...` and `lab://<verifier>/...` name parts
 * of the embedded lab, whose ports differ from start to start.
 *
 * @throws UserError lab/not-running, document/not-found
 */
export function resolveUrl(url: string, lab: LabDescription | null): string {
  if (!url.startsWith('lab://')) return url;
  if (lab === null)
    throw new UserError('lab/not-running', `${url} needs the lab, which is not running`, { hint: 'firebreak lab up' });
  const [part = '', ...path] = url.slice('lab://'.length).split('/');
  const base =
    part === 'issuer'
      ? lab.issuer.url
      : part === 'admin'
        ? lab.admin.url
        : lab.verifiers.find(({ name }) => name === part)?.url;
  if (base === undefined) {
    throw new UserError('document/not-found', `the running lab has no part "${part}"`, {
      hint: `it has issuer, admin, ${lab.verifiers.map(({ name }) => name).join(', ')}`,
    });
  }
  return path.length === 0 ? base : `${base}/${path.join('/')}`;
}

/** Where a unit is, and for a part of the lab that is served over TLS the authority that its certificate comes from. */
export function placeOf(url: string, lab: LabDescription | null): { readonly url: string; readonly ca?: string } {
  const resolved = resolveUrl(url, lab);
  const isPart = resolved !== url && resolved.startsWith('https:');
  return { url: resolved, ...(isPart && lab?.ca !== undefined ? { ca: lab.ca } : {}) };
}
