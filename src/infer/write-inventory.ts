import type { IssuerConfig, LibraryConfig, VerifierConfig } from '../model/config.ts';
import { knownValue } from '../model/config.ts';
import { API_VERSION } from '../model/document.ts';
import type { Bound } from '../model/quantity.ts';
import { millis, showBound } from '../model/quantity.ts';
import { endpointOf, isUrl, jwksUriOf, saidBy, silence } from './derive.ts';
import type { IssuerGroup } from './issuer-groups.ts';
import { blockName, slugOf, uniqueNames } from './names.ts';
import { placed, sourceOf } from './provenance.ts';
import { channelsOf } from './write-policy.ts';
import type { Lines } from './yaml-lines.ts';
import { block, comment, entry, item } from './yaml-lines.ts';

/** The environment of everything that is inferred: no source tells which one it is for. */
const ENVIRONMENT = 'prod';

export interface InventoryInput {
  readonly groups: readonly IssuerGroup[];
  /** Verifier libraries that manifests ask for, where no configuration shows who uses them. */
  readonly libraries: readonly LibraryConfig[];
  readonly owner: string;
  /** Whether lint may read a file: only what lies in the folder that firebreak will run in. */
  readonly isInside: (file: string) => boolean;
}

/** A first Inventory: issuers, channels, and every verifier with the file that configures it. */
export function inventoryLines(input: InventoryInput): Lines {
  const { groups, owner } = input;
  const channels = channelNames(groups);
  return [
    entry('apiVersion', API_VERSION),
    entry('kind', 'Inventory'),
    entry('metadata', { name: 'production', owner }),
    ...block('spec', [
      ...block('environments', [
        ...item([
          entry('name', ENVIRONMENT, 'not visible in any source: rename it, or add others'),
          entry('class', 'prod', 'drills here ask for confirmation'),
          entry('allow', hostsOf(groups), 'hosts that audits and drills may reach though they are not public'),
        ]),
      ]),
      ...block(
        'issuers',
        groups.flatMap((group) => item(issuerLines(group, input))),
      ),
      ...block(
        'channels',
        channels.flatMap(({ name, channel }) =>
          item([
            entry('name', name),
            entry('type', channel.type, channel.note),
            ...(channel.url === null ? [] : [entry('url', channel.url)]),
            ...(channel.keys.length === 0 ? [] : [entry('keys', channel.keys)]),
          ]),
        ),
      ),
      ...verifiersBlock(input),
    ]),
  ];
}

const FULL_NAME = /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z][a-z0-9-]+$/;

/** Names that no public zone has (RFC 6761, RFC 6762, RFC 8375 and what networks use beside them). */
const INTERNAL_NAME = /\.(?:local|localhost|localdomain|internal|intranet|lan|corp|home|arpa|svc)$/;

/**
 * Hosts with a full name. Addresses and short names are for a person to allow: an entry lets audits and drills reach what
 * is not public, and what stands in a configuration file is no permission.
 */
function hostsOf(groups: readonly IssuerGroup[]): readonly string[] {
  const urls = groups.flatMap((group) => [group.issuer, jwksUriOf(group).value]).filter(isUrl);
  const hosts = urls.map((url) => new URL(url).hostname);
  return [...new Set(hosts.filter((host) => FULL_NAME.test(host) && !INTERNAL_NAME.test(host)))].sort();
}

function channelNames(
  groups: readonly IssuerGroup[],
): readonly { readonly name: string; readonly channel: ReturnType<typeof channelsOf>[number] }[] {
  const unique = uniqueNames();
  return groups.flatMap((group) =>
    channelsOf(group).map((channel) => ({ name: unique(slugOf(`${group.name}-${channel.type}`, 'channel')), channel })),
  );
}

function issuerLines(group: IssuerGroup, { isInside }: InventoryInput): Lines {
  const { name, issuer, issuerNote, configs } = group;
  const jwksUri = jwksUriOf(group);
  const endpoints = ['token_endpoint', 'revocation_endpoint', 'introspection_endpoint'].flatMap((member) => {
    const told = endpointOf(group, member);
    return told === null ? [] : [entry(member, told.value, told.note)];
  });
  return [
    entry('name', name),
    entry('environment', ENVIRONMENT),
    entry('issuer', issuer, issuerNote),
    entry('jwks_uri', jwksUri.value, jwksUri.note),
    ...endpoints,
    comment('time_to_act, replica_convergence: no file tells; measure them, until then they count as unknown'),
    ...edgeLines(group),
    boundLine('access_token_lifetime', 'accessTokenLifetime', configs),
    ...block('refresh_token', refreshLines(configs)),
    ...block(
      'config',
      uniqueBy(configs.filter(({ file }) => isInside(file))).flatMap(({ file, name: part }) =>
        item([entry('file', file), entry('name', part)]),
      ),
    ),
  ];
}

function uniqueBy<Config extends { readonly file: string; readonly name: string }>(
  configs: readonly Config[],
): readonly Config[] {
  return [...new Map(configs.map((config) => [JSON.stringify([config.file, config.name]), config])).values()];
}

/** What the answer with the key set allowed caches (RFC 9111 section 5.2.2). */
function edgeLines({ served }: IssuerGroup): Lines {
  const fetch = served?.history.observations.at(-1)?.fetches.find(({ set }) => set !== null);
  if (fetch === undefined) return [];
  const control = fetch.headers['cache-control'] ?? '';
  const seconds = (name: string): string | null => {
    const found = new RegExp(`(?:^|[\\s,])${name}\\s*=\\s*"?(\\d{1,9})`, 'i').exec(control)?.[1];
    return found === undefined ? null : showBound(millis(Number(found) * 1000));
  };
  const note = control === '' ? 'its key set comes without Cache-Control' : `Cache-Control: ${control}`;
  const fresh = seconds('s-maxage') ?? seconds('max-age') ?? (/no-store|no-cache/i.test(control) ? '0s' : 'unknown');
  return block('jwks_http', [
    entry('max_age', fresh, placed(fetch.at, note)),
    entry('stale_while_revalidate', seconds('stale-while-revalidate') ?? '0s'),
    entry('stale_if_error', seconds('stale-if-error') ?? '0s'),
  ]);
}

function boundLine(
  key: string,
  name: 'accessTokenLifetime' | 'refreshReuseGrace' | 'refreshTokenLifetime',
  configs: readonly IssuerConfig[],
): string {
  const factOf = ({ facts }: IssuerConfig): IssuerConfig['facts'][typeof name] => facts[name];
  const [first] = saidBy<IssuerConfig, Bound>(configs, name, factOf);
  return first === undefined
    ? entry(key, 'unknown', silence(configs, name, factOf))
    : entry(key, showBound(first.value), first.source);
}

function refreshLines(configs: readonly IssuerConfig[]): Lines {
  const [rotation] = saidBy(configs, 'refreshRotation', ({ facts }) => facts.refreshRotation);
  const [cascade] = saidBy(configs, 'revokesAccessTokens', ({ facts }) => facts.revokesAccessTokens);
  return [
    ...(rotation === undefined ? [] : [entry('rotation', rotation.value, rotation.source)]),
    boundLine('reuse_grace', 'refreshReuseGrace', configs),
    boundLine('absolute_lifetime', 'refreshTokenLifetime', configs),
    ...(cascade === undefined ? [] : [entry('revokes_access_tokens', cascade.value, cascade.source)]),
  ];
}

function verifiersBlock(input: InventoryInput): Lines {
  const unique = uniqueNames();
  const lines = input.groups.flatMap((group) =>
    group.verifiers.flatMap((verifier) =>
      item(verifierLines(verifier, group, { name: unique(blockName(verifier.name, verifier.adapter)), input })),
    ),
  );
  const [first] = input.groups;
  const libraries =
    first === undefined ? [] : input.libraries.flatMap((library) => item(libraryLines(library, first, unique)));
  if (lines.length + libraries.length > 0) return block('verifiers', [...lines, ...libraries]);
  return [entry('verifiers', [], 'no source shows who verifies these tokens: add each, docs/adopt.md shows how')];
}

function verifierLines(
  verifier: VerifierConfig,
  { name: issuer }: IssuerGroup,
  { name, input }: { readonly name: string; readonly input: InventoryInput },
): Lines {
  const { file, at, product, facts } = verifier;
  const head = [
    entry('name', name, placed(at, verifier.name)),
    entry('owner', input.owner),
    entry('environment', ENVIRONMENT),
    entry('issuer', issuer),
    entry('policy', issuer),
  ];
  if (input.isInside(file))
    return [...head, ...block('config', item([entry('file', file), entry('name', verifier.name)]))];
  const settings = (['keyCacheTtl', 'cooldown', 'fetchTimeout', 'verdictCacheTtl', 'leeway'] as const).flatMap(
    (each) => {
      const fact = facts[each];
      const value = knownValue(fact);
      return fact === undefined || value === undefined
        ? []
        : [
            entry(
              each.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
              showBound(value),
              sourceOf(verifier, each, fact),
            ),
          ];
    },
  );
  return [
    ...head,
    ...(product === null
      ? []
      : [entry('library', { name: product.id, ...(product.version !== null && { version: product.version }) })]),
    ...block('settings', settings),
  ];
}

function libraryLines(library: LibraryConfig, { name: issuer }: IssuerGroup, unique: (name: string) => string): Lines {
  const { product, at } = library;
  const id = product?.id ?? library.name;
  return [
    entry('name', unique(slugOf(id, 'library')), placed(at, library.name)),
    entry('environment', ENVIRONMENT),
    entry('issuer', issuer, 'not visible in any source: write the one whose tokens it verifies'),
    entry('policy', issuer),
    entry('library', { name: id, ...(product?.version != null && { version: product.version }) }),
  ];
}
