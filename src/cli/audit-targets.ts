import { isIP } from 'node:net';
import type { AuditedIssuer } from '../audit/round.ts';
import { UserError } from '../model/failure.ts';
import type { Inventory, IssuerDeclaration } from '../model/inventory.ts';

/** One issuer to audit, and what beside public addresses may be asked for it. */
export interface AuditTarget extends AuditedIssuer {
  readonly allow: readonly string[];
}

/** Most fetches of one round: more is load, and finds replicas that hardly anybody meets. */
const MAX_FETCHES = 500;

/**
 * The issuers that the arguments name, as URLs or by their names in an inventory; without arguments all of the
 * inventories. Parts of the embedded lab are left out: they have no address before it runs.
 *
 * @throws UserError audit/no-issuer, usage/bad-argument
 */
export function auditTargets(
  args: readonly string[],
  inventories: readonly Inventory[],
  allow: readonly string[],
): readonly AuditTarget[] {
  const declared = inventories.flatMap((inventory) => inventory.issuers.map((issuer) => ({ inventory, issuer })));
  const target = ({ inventory, issuer }: (typeof declared)[number]): AuditTarget => ({
    issuer: issuer.issuer,
    jwksUri: httpOrNull(issuer.jwksUri),
    environment: issuer.environment,
    allow: [...allow, ...allowOf(inventory, issuer)],
  });
  if (args.length === 0) {
    const all = declared.filter(({ issuer }) => hasAddress(issuer));
    if (all.length > 0) return all.map(target);
    throw new UserError('audit/no-issuer', 'there is no issuer to audit', {
      hint: 'name one, firebreak audit https://id.example.com, or declare it in an Inventory',
    });
  }
  return args.map((text) => {
    const found = declared.find(({ issuer }) => issuer.name === text || issuer.issuer === text);
    if (found !== undefined && hasAddress(found.issuer)) return target(found);
    if (httpOrNull(text) !== null) return { issuer: text, jwksUri: null, environment: null, allow };
    const names = declared.map(({ issuer }) => issuer.name);
    throw new UserError('audit/no-issuer', `"${text}" is no URL and no issuer of an Inventory`, {
      hint: names.length === 0 ? 'write it as a URL: https://id.example.com' : `choose one of ${names.join(', ')}`,
    });
  });
}

/** The issuer of the embedded lab calls itself by a name that no address belongs to. */
function hasAddress({ issuer, jwksUri }: IssuerDeclaration): boolean {
  return httpOrNull(issuer) !== null && !jwksUri.startsWith('lab://');
}

function allowOf({ environments }: Inventory, { environment }: IssuerDeclaration): readonly string[] {
  return environments.find(({ name }) => name === environment)?.allow ?? [];
}

function httpOrNull(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const { protocol, hostname } = new URL(text);
  return (protocol === 'https:' || protocol === 'http:') && hostname !== '' ? text : null;
}

/** Reads `--fetches`. @throws UserError usage/bad-argument */
export function readFetches(text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback;
  const fetches = Number(text);
  if (/^\d+$/.test(text) && fetches >= 1 && fetches <= MAX_FETCHES) return fetches;
  throw new UserError('usage/bad-argument', `--fetches "${text}" is not a number of fetches`, {
    hint: `choose 1 to ${MAX_FETCHES}; finding r replicas with 99 % certainty takes r ln(100 r): 24 for 4`,
  });
}

/** Checks `--allow`. @throws UserError usage/bad-argument for what is neither host nor network */
export function readAllow(entries: readonly string[]): readonly string[] {
  for (const entry of entries) {
    const [address = '', prefix, ...more] = entry.split('/');
    const family = isIP(address);
    const isNetwork =
      family !== 0 &&
      more.length === 0 &&
      (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 6 ? 128 : 32)));
    const isHost = family === 0 && /^(?:\*\.)?[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*\.?$/.test(entry);
    if (!isNetwork && !isHost) {
      throw new UserError('usage/bad-argument', `--allow "${entry}" is no host and no network`, {
        hint: 'write id.internal.example.com, *.example.com, 10.1.2.3 or 10.0.0.0/8',
      });
    }
  }
  return entries;
}
