/** Incident documents out of what somebody says on the bad day. */
import { createHash } from 'node:crypto';
import type { UnverifiedToken } from '../model/decision.ts';
import { API_VERSION } from '../model/document.ts';
import type { LeakedKind } from '../model/incident.ts';
import { toTimestamp } from '../model/instant.ts';

/** What leaked, as the document spells it. */
export type LeakedDraft =
  | { readonly kind: 'token'; readonly sha256: string; readonly token: UnverifiedToken }
  | { readonly kind: 'refresh_token'; readonly sha256: string }
  | { readonly kind: Exclude<LeakedKind, 'token' | 'refresh_token'>; readonly value: string };

export interface IncidentDraft {
  readonly name: string;
  readonly leaked: LeakedDraft;
  readonly issuer: string | null;
  readonly since: number;
  readonly opened: number;
  readonly lead: string;
  readonly environments: readonly string[];
}

/** The name under which a credential is known without being shown. */
export function sha256Of(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** The text of a document. Strings are written as JSON, which YAML reads the same. */
export function incidentText(draft: IncidentDraft): string {
  const { name, lead, issuer, since, opened, environments } = draft;
  return [
    '# yaml-language-server: $schema=https://firebreak.dev/schema/v1alpha1/incident.json',
    `apiVersion: ${API_VERSION}`,
    'kind: Incident',
    'metadata:',
    `  name: ${name}`,
    `  owner: ${JSON.stringify(lead)}`,
    'spec:',
    ...(issuer === null ? [] : [`  issuer: ${JSON.stringify(issuer)}`]),
    '  leaked:',
    ...leakedLines(draft.leaked),
    `  since: ${toTimestamp(since)}`,
    `  opened: ${toTimestamp(opened)}`,
    `  lead: ${JSON.stringify(lead)}`,
    ...(environments.length === 0 ? [] : [`  environments: ${JSON.stringify(environments)}`]),
    '',
  ].join('\n');
}

function leakedLines(leaked: LeakedDraft): readonly string[] {
  switch (leaked.kind) {
    case 'token':
      return [
        '    token:',
        `      sha256: ${JSON.stringify(leaked.sha256)}`,
        ...mappingLines('header', headerOf(leaked.token)),
        ...mappingLines('claims', claimsOf(leaked.token)),
      ];
    case 'refresh_token':
      return ['    refresh_token:', `      sha256: ${JSON.stringify(leaked.sha256)}`];
    case 'hmac_secret':
      return [
        leaked.value === '' ? '    hmac_secret: {}' : `    hmac_secret: { kid: ${JSON.stringify(leaked.value)} }`,
      ];
    case 'kid':
    case 'client_id':
    case 'sid':
      return [`    ${leaked.kind}: ${JSON.stringify(leaked.value)}`];
  }
}

type Members = readonly (readonly [string, unknown])[];

function mappingLines(name: string, members: Members): readonly string[] {
  if (members.length === 0) return [];
  return [`      ${name}:`, ...members.map(([key, value]) => `        ${key}: ${JSON.stringify(value)}`)];
}

/** Only what finds uses: names, mail addresses and the like have no place in a repository. */
function headerOf({ header }: UnverifiedToken): Members {
  return present(['alg', 'typ', 'kid'].map((name) => [name, textOf(header[name])]));
}

function claimsOf({ claims }: UnverifiedToken): Members {
  const audience = typeof claims['aud'] === 'string' ? [claims['aud']] : claims['aud'];
  const client = ['client_id', 'azp', 'cid'].map((name) => textOf(claims[name])).find((value) => value !== null);
  return present([
    ...['iss', 'sub', 'jti', 'sid'].map((name) => [name, textOf(claims[name])] as const),
    ['aud', Array.isArray(audience) ? [...new Set(audience.filter((each) => textOf(each) !== null))] : null],
    ['client_id', client],
    ...['iat', 'exp'].map(
      (name) => [name, typeof claims[name] === 'number' && claims[name] >= 0 ? claims[name] : null] as const,
    ),
  ]);
}

function present(members: Members): Members {
  return members.filter(([, value]) => value !== null && value !== undefined);
}

/** Longest value that the schema takes. */
const MAX_VALUE = 1024;

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value.length <= MAX_VALUE ? value : null;
}
