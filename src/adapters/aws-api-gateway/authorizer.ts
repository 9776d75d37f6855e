import type { ConfigFact, ConfigRemark, VerifierConfig, VerifierFactMap } from '../../model/config.ts';
import { knownValue } from '../../model/config.ts';
import type { Location } from '../../model/location.ts';
import type { Bound } from '../../model/quantity.ts';
import { millis } from '../../model/quantity.ts';
import type { AuthorizerKind } from './settings.ts';
import { BY_KIND } from './settings.ts';
import type { ConfigNode } from '../config-node.ts';
import { items } from '../config-node.ts';
import { completeFacts, derivedFact, durationFact, listFact, mapFact, unknownConfigFact } from '../facts.ts';
import { referencesIn } from '../infrastructure.ts';

/** What one authorizer says, by whichever names its format has. */
export interface AuthorizerParts {
  readonly name: string;
  readonly file: string;
  readonly at: Location;
  readonly kind: AuthorizerKind;
  readonly issuers?: readonly ConfigNode[];
  readonly audiences?: readonly ConfigNode[];
  readonly algorithms?: ConfigNode | null;
  readonly identity?: ConfigNode | null;
  readonly ttl?: ConfigNode | null;
  /** ARNs of user pools. */
  readonly pools?: ConfigNode | null;
  /** What `aud` must match. */
  readonly pattern?: ConfigNode | null;
}

const PRODUCTS: Readonly<Record<AuthorizerKind, string | null>> = {
  'http-jwt': 'aws-apigateway-http-jwt',
  'rest-jwt': 'aws-apigateway-rest-jwt',
  cognito: null,
  'lambda-rest': null,
  'lambda-http': null,
};

/** The verifier that an authorizer is. */
export function verifierOf(parts: AuthorizerParts): VerifierConfig {
  const { name, file, at, kind } = parts;
  const product = PRODUCTS[kind];
  return {
    kind: 'verifier',
    adapter: 'aws-api-gateway',
    name,
    file,
    at,
    profile: null,
    product: product === null ? null : { id: product, version: null },
    secrets: [],
    remarks: remarksOf(parts),
    inlineKeys: [],
    facts: completeFacts<VerifierFactMap>(BY_KIND[kind], 'verifier', factsOf(parts), at),
  };
}

type Read = { readonly [Name in keyof VerifierFactMap]?: VerifierFactMap[Name] | undefined };

function factsOf(parts: AuthorizerParts): Read {
  const {
    kind,
    issuers = [],
    audiences = [],
    algorithms = null,
    identity = null,
    pools = null,
    pattern = null,
  } = parts;
  switch (kind) {
    case 'http-jwt':
    case 'rest-jwt':
      return {
        issuers: allOf(issuers),
        discoveryUrl: discoveryOf(allOf(issuers)),
        audiences: audiencesOf(parts, audiences),
        algorithms: listFact(algorithms),
        queryTokenAccepted: mapFact(listFact(identity), (sources) =>
          sources.some((each) => /querystring\./i.test(each)),
        ),
        issuerReference: referenceOf(issuers, parts),
      };
    case 'cognito':
      return {
        audiences: pattern === null ? undefined : unknownConfigFact(pattern.at, 'a pattern decides'),
        issuerReference: referenceOf(pools === null ? [] : [pools, ...items(pools)], parts),
        verdictCacheTtl: ttlOf(parts) ?? unknownConfigFact(parts.at, 'it is not documented for user pools'),
      };
    case 'lambda-rest':
      return { verdictCacheTtl: ttlOf(parts) };
    case 'lambda-http':
      return { verdictCacheTtl: ttlOf(parts) ?? unknownConfigFact(parts.at, 'the documents disagree on the default') };
  }
}

/** Texts of several nodes as one list; one that is unknown makes all unknown. */
function allOf(nodes: readonly ConfigNode[]): ConfigFact<readonly string[]> | undefined {
  const facts = nodes.map((node) => listFact(node)).filter((fact) => fact !== undefined);
  const [first] = facts;
  const unknown = facts.find(({ origin }) => origin === 'unknown');
  if (first === undefined || first.origin === 'unknown' || unknown !== undefined) return unknown ?? first;
  return { ...first, value: facts.flatMap((fact) => knownValue(fact) ?? []) };
}

/** Of several issuers each has its own. */
function discoveryOf(issuers: ConfigFact<readonly string[]> | undefined): VerifierFactMap['discoveryUrl'] {
  const [issuer, other] = knownValue(issuers) ?? [];
  if (issuers === undefined || issuer === undefined || other !== undefined) return undefined;
  return derivedFact(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, issuers.at, 'from the issuer');
}

function audiencesOf({ at }: AuthorizerParts, nodes: readonly ConfigNode[]): VerifierFactMap['audiences'] {
  const fact = allOf(nodes);
  if (fact === undefined || (fact.origin !== 'unknown' && fact.value.length === 0)) {
    return unknownConfigFact(at, 'what holds without an audience is not documented');
  }
  return fact;
}

/** The user pool of the same module or template that the tokens come from. */
function referenceOf(nodes: readonly ConfigNode[], { at }: AuthorizerParts): ConfigFact<string> | undefined {
  const [pool] = nodes.flatMap((node) => referencesIn(node, 'aws_cognito_user_pool'));
  return pool === undefined ? undefined : derivedFact(`aws-cognito/user pool ${pool}`, at, 'from what it refers to');
}

const LONGEST = millis(3_600_000);

function ttlOf({ ttl = null }: AuthorizerParts): ConfigFact<Bound> | undefined {
  const fact = durationFact(ttl, 's');
  if (ttl === null || fact === undefined || fact.origin === 'unknown') return fact;
  return Number(fact.value) > LONGEST ? unknownConfigFact(ttl.at, 'API Gateway refuses it') : fact;
}

function remarksOf({ kind, ttl = null }: AuthorizerParts): readonly ConfigRemark[] {
  if (ttl === null) return [];
  if (kind === 'http-jwt' || kind === 'rest-jwt') {
    return [
      {
        kind: 'ignored-setting',
        message: 'a JWT authorizer caches no results, so the time-to-live of results has no effect',
        at: ttl.keyAt,
      },
    ];
  }
  const seconds = knownValue(durationFact(ttl, 's'));
  if (seconds === undefined || Number(seconds) <= LONGEST) return [];
  return [
    {
      kind: 'unit-suspect',
      message: `results are kept for at most 3600 seconds, ${String(ttl.value)} is refused`,
      at: ttl.at,
    },
  ];
}
