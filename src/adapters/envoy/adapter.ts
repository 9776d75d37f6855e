import type { ConfigSubject, VerifierConfig } from '../../model/config.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import type { Adapter } from '../adapter.ts';
import { child, members, rootOf } from '../config-node.ts';
import { embeddedDocuments } from '../embedded.ts';
import type { EnvoyFilter } from './filter.ts';
import { filtersOf, perRouteConfigs } from './filter.ts';
import { readProvider } from './provider.ts';
import { providerLabel } from './requirement.ts';
import type { EnvoyRule } from './rules.ts';
import { leavesOpen, overridesOf, readRules, requirementsInUse, routesOf } from './rules.ts';
import { settings } from './settings.ts';
import { explicitFact } from '../facts.ts';

/** Reads the JWT filter wherever a file holds one. */
export const adapter: Adapter = {
  id: 'envoy',
  title: 'Envoy',
  role: 'gateway',
  reads:
    'Every `envoy.filters.http.jwt_authn` filter in YAML or JSON, of API version 3 and 2alpha: in a bootstrap, a listener, a configuration dump, a ConfigMap, an `EnvoyFilter` of Istio or an `EnvoyPatchPolicy` of Envoy Gateway, in both spellings of protobuf names. Its rules in their order, and routes that switch it off.',
  assumes: [
    'Other filters of the chain, such as ext_authz, RBAC and Lua, are not looked at: they may refuse what this one lets through.',
    'Routes and clusters that come from a control plane are not seen.',
  ],
  sources: [
    'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/jwt_authn_filter',
    'https://www.envoyproxy.io/docs/envoy/latest/api-v3/extensions/filters/http/jwt_authn/v3/config.proto',
  ],
  settings,
  examples: [
    {
      file: 'envoy.yaml',
      text: `static_resources:
  listeners:
    - name: ingress
      filter_chains:
        - filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                http_filters:
                  - name: envoy.filters.http.jwt_authn
                    typed_config:
                      '@type': type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication
                      providers:
                        login:
                          issuer: https://id.example.com
                          audiences: [orders]
                          require_expiration: true
                          from_headers: [{ name: Authorization, value_prefix: 'Bearer ' }]
                          remote_jwks:
                            http_uri: { uri: https://id.example.com/jwks.json, cluster: id, timeout: 2s }
                            cache_duration: 60s
                      rules:
                        - match: { path: /healthz }
                        - match: { prefix: / }
                          requires: { provider_name: login }
`,
    },
  ],
  mayHold: (_file, text) => text.includes('jwt_authn'),
  recognise: (document) =>
    partsOf(document).some(
      (part) => filtersOf(part.document).length > 0 || [...perRouteConfigs(rootOf(part.document))].length > 0,
    ),
  read: (document) => partsOf(document).flatMap(readPart),
};

interface Part {
  readonly document: ConfigDocument;
  readonly holder: string | null;
}

/** The document, and the files that it holds when it is a ConfigMap. */
function partsOf(document: ConfigDocument): readonly Part[] {
  return [{ document, holder: null }, ...embeddedDocuments(document, /jwt_authn/)];
}

function readPart({ document, holder }: Part): readonly ConfigSubject[] {
  const filters = filtersOf(document, holder);
  const names = new Map<string, string>();
  const subjects = filters.flatMap((filter) => readFilter(document, filter, names));
  return [...subjects, ...overridesOf(document, filters, names)];
}

/** @param names gets the label of every provider by its name */
function readFilter(
  document: ConfigDocument,
  filter: EnvoyFilter,
  names: Map<string, string>,
): readonly ConfigSubject[] {
  const rules = readRules(filter);
  const requirements = requirementsInUse(filter, rules);
  const isOpen = leavesOpen(filter, rules);
  const own = new Map<string, string>();
  const providers = members(child(filter.config, 'providers')).map(([name, node], index) => {
    const label = `${providerLabel(name, index)}${filter.suffix}`;
    own.set(name, label);
    names.set(name, label);
    return readProvider({ name, label, node, requirements, leavesOpen: isOpen });
  });
  return [
    ...providers,
    ...rules.flatMap((rule) => extractionOf(document, rule)),
    ...routesOf(document, filter, rules, own),
  ];
}

/** A rule that takes claims from tokens nobody verified is a verifier that trusts what it reads. */
function extractionOf(document: ConfigDocument, { name, requirement, covered }: EnvoyRule): readonly VerifierConfig[] {
  const unverified = requirement?.unverified ?? null;
  if (unverified === null || covered !== null) return [];
  return [
    {
      kind: 'verifier',
      adapter: 'envoy',
      name: `extraction of ${name}`,
      file: document.file,
      at: unverified.keyAt,
      profile: null,
      product: null,
      secrets: [],
      remarks: [],
      inlineKeys: [],
      facts: { signatureVerified: explicitFact(false, unverified.keyAt) },
    },
  ];
}
