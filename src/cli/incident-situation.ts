/** Where an incident is: the inventory, the environment and the issuer that the leaked credential belongs to. */
import { join } from 'node:path';
import type { KnownIds } from '../incident/known-ids.ts';
import { idsOf } from '../incident/known-ids.ts';
import { UserError } from '../model/failure.ts';
import type { Incident } from '../model/incident.ts';
import type { Environment, Inventory, IssuerDeclaration } from '../model/inventory.ts';
import type { ContainmentProposal } from '../model/containment.ts';
import type { ChannelKey, EffectivePolicy } from '../model/policy.ts';
import { CHANNEL_KEYS } from '../policy/schema/vocabulary.ts';
import { decodeText } from '../source/decode.ts';
import { looksSecret, showText } from '../source/show-text.ts';
import { systemFiles } from '../system/files.ts';
import { incidentFileOf, loadIncident, onlyIncidentFile } from './incident-folder.ts';
import { loadEstate } from './load-estate.ts';

export const PLAN_FILE = 'plan.yaml';

/** A scope that `incident scope -o json=...` stored beside the incident. */
const SCOPE_FILE = 'scope.json';

export interface Situation {
  readonly incident: Incident;
  readonly folder: string;
  /** Only the verifiers and the issuer that the incident is about. */
  readonly inventory: Inventory;
  readonly environment: Environment;
  readonly issuer: IssuerDeclaration;
  readonly policies: readonly EffectivePolicy[];
}

export interface SituationOptions {
  readonly policies?: readonly string[];
  readonly environment?: string;
  readonly inventory?: string;
}

/** @throws UserError document/not-found, document/invalid, usage/* */
export async function loadSituation(named: string | undefined, options: SituationOptions): Promise<Situation> {
  const { incident, folder } = await loadNamedIncident(named);
  const paths = options.policies ?? ['policies'];
  for (const path of paths) {
    if (await systemFiles.exists(path)) continue;
    throw new UserError('usage/no-input', `${path} does not exist, so nobody knows who verifies tokens and how`, {
      hint: 'name the folder of policies and inventories with --policies',
    });
  }
  const { inventories, policies } = await loadEstate(paths);
  return { incident, folder, policies, ...placeOf(incident, inventories, options) };
}

/** The incident that an argument names, or the only one. @throws UserError document/not-found */
export async function loadNamedIncident(named: string | undefined): Promise<{ incident: Incident; folder: string }> {
  const file = named === undefined ? await onlyIncidentFile() : await incidentFileOf(named);
  if (file !== null) return loadIncident(file);
  throw new UserError('document/not-found', `there is no incident "${named ?? ''}"`, {
    hint: 'name its folder, or its id below incidents/',
  });
}

function placeOf(
  incident: Incident,
  inventories: readonly Inventory[],
  options: SituationOptions,
): Pick<Situation, 'inventory' | 'environment' | 'issuer'> {
  const places = inventories
    .filter(({ name }) => options.inventory === undefined || name === options.inventory)
    .flatMap((inventory) =>
      inventory.issuers
        .filter(({ issuer }) => incident.issuer === null || issuer === incident.issuer)
        .flatMap((issuer) => {
          const environment = inventory.environments.find(({ name }) => name === issuer.environment);
          return environment === undefined ? [] : [{ inventory, issuer, environment }];
        }),
    )
    .filter(
      ({ environment: { name } }) =>
        (options.environment === undefined || name === options.environment) &&
        (incident.environments === null || incident.environments.includes(name)),
    );
  const [place] = places;
  if (place === undefined || places.length > 1) throw unclearPlace(incident, places);
  const { inventory, issuer, environment } = place;
  return {
    issuer,
    environment,
    inventory: {
      ...inventory,
      issuers: [issuer],
      environments: [environment],
      verifiers: inventory.verifiers.filter(
        (verifier) => verifier.issuer === issuer.name && verifier.environment === environment.name,
      ),
      responses: (inventory.responses ?? []).filter(
        (response) => response.issuer === null || response.issuer === issuer.name,
      ),
    },
  };
}

function unclearPlace(
  { issuer, environments }: Incident,
  places: readonly {
    readonly inventory: Inventory;
    readonly environment: Environment;
    readonly issuer: IssuerDeclaration;
  }[],
): UserError {
  if (places.length === 0) {
    const where = environments === null ? '' : ` in ${environments.join(', ')}`;
    return new UserError(
      'document/not-found',
      `no inventory declares ${issuer === null ? 'an issuer' : `issuer ${showText(issuer)}`}${where}`,
      { hint: 'name its file with --policies, or add the issuer to an Inventory; the leak is not contained meanwhile' },
    );
  }
  const names = places.map(({ inventory, environment }) => `${environment.name} of inventory ${inventory.name}`);
  return new UserError('usage/bad-argument', `the credential counts in ${places.length} places: ${names.join(', ')}`, {
    hint: 'make a plan for each: --environment NAME --inventory NAME --plan FILE',
  });
}

/** What is known of the credential: from the incident, a stored scope, and the command line. */
export async function knownIds(
  { incident, folder }: Pick<Situation, 'incident' | 'folder'>,
  about: readonly string[],
): Promise<{ readonly known: KnownIds; readonly affected: ContainmentProposal['affected'] }> {
  const scope = await storedScope(join(folder, SCOPE_FILE));
  const said = Object.fromEntries(about.map(readAbout));
  return { known: { ...scope.known, ...idsOf(incident.leaked), ...said }, affected: scope.affected };
}

/** Who used it and what the logs could not say, of a scope that was stored beside the incident. */
export async function storedFindings(
  folder: string,
): Promise<{ readonly affected: ContainmentProposal['affected']; readonly unanswered: readonly string[] }> {
  const { affected, unanswered } = await storedScope(join(folder, SCOPE_FILE));
  return { affected, unanswered };
}

/** What would have answered the questions that a stored scope leaves open; empty without one. @throws UserError document/invalid */
export async function wouldAnswer(folder: string): Promise<readonly string[]> {
  const file = join(folder, SCOPE_FILE);
  if (!(await systemFiles.exists(file))) return [];
  const { unanswerable } = readScope(file, decodeText(file, await systemFiles.readBytes(file)));
  return unanswerable.flatMap((row) => (typeof row['would_answer'] === 'string' ? [row['would_answer']] : []));
}

function readAbout(text: string): readonly [ChannelKey, string] {
  const [name = '', ...rest] = text.split('=');
  const value = rest.join('=');
  const key = CHANNEL_KEYS.find((each) => each === name);
  if (key !== undefined && value !== '' && !looksSecret(value)) return [key, value];
  throw new UserError('usage/bad-argument', `--about ${showText(text)} names nothing`, {
    hint: `write --about sid=VALUE; one of ${CHANNEL_KEYS.join(', ')}`,
  });
}

/** One session, user or client is only named when all uses agree: another one may have nothing to do with the leak. */
async function storedScope(
  file: string,
): Promise<{ known: KnownIds; affected: ContainmentProposal['affected']; unanswered: readonly string[] }> {
  if (!(await systemFiles.exists(file))) return { known: {}, affected: null, unanswered: [] };
  const scope = readScope(file, decodeText(file, await systemFiles.readBytes(file)));
  const only = (member: string): string | null => {
    const values = new Set(scope.uses.flatMap((use) => (typeof use[member] === 'string' ? [use[member]] : [])));
    const [value] = values;
    return values.size === 1 && value !== undefined ? value : null;
  };
  const [sid, sub, client] = [only('sid'), only('sub'), only('client_id')];
  const count = (by: string): number => scope.groups.filter((group) => group['by'] === by).length;
  return {
    known: {
      ...(sid === null ? {} : { sid }),
      ...(sub === null ? {} : { sub }),
      ...(client === null ? {} : { client_id: client }),
    },
    affected: { subjects: count('subject'), clients: count('client'), tokens: count('token') },
    unanswered: scope.unanswerable.flatMap(({ question }) => (typeof question === 'string' ? [question] : [])),
  };
}

type Row = Readonly<Record<string, unknown>>;

function readScope(
  file: string,
  text: string,
): {
  readonly uses: readonly Row[];
  readonly groups: readonly Row[];
  readonly unanswerable: readonly Row[];
} {
  const rows = (value: unknown): readonly Row[] => (Array.isArray(value) ? value.filter(isRow) : []);
  try {
    const data: unknown = JSON.parse(text);
    if (isRow(data)) {
      return { uses: rows(data['uses']), groups: rows(data['groups']), unanswerable: rows(data['unanswerable']) };
    }
  } catch {
    // Told below.
  }
  throw new UserError('document/invalid', `${file} is no stored scope`, {
    hint: 'write it with firebreak incident scope -o json=FILE, or remove it',
  });
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
