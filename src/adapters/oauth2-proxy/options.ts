import type { ConfigRemark } from '../../model/config.ts';
import { knownValue } from '../../model/config.ts';
import type { Location } from '../../model/location.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, items, members, rootOf } from '../config-node.ts';
import type { Container } from '../containers.ts';
import { listFact, textFact } from '../facts.ts';
import { containersOf, embeddedFile, embeddedFiles, partOf } from '../containers.ts';

/** Lists may be one text with commas. */
export const COMMA: RegExp = /,/;

/** Options of one oauth2-proxy, by the names they have in its file. */
export interface ProxyOptions {
  readonly name: string;
  readonly node: ConfigNode;
  readonly options: ReadonlyMap<string, ConfigNode>;
  /** Options can be set elsewhere too, in a file or on the command line: what is absent here is not known. */
  readonly partial: { readonly session: string | null; readonly provider: string | null };
  readonly version: string | null;
  readonly remarks: readonly ConfigRemark[];
}

/** Names in the file (oauth2-proxy 7.15: pkg/apis/options); the flag of each has hyphens for underscores. */
const OPTIONS: ReadonlySet<string> = new Set(
  'acr_values allow_query_semicolons allowed_groups allowed_roles api_routes approval_prompt auth_logging auth_logging_format auth_request_response_mode authenticated_emails_file azure_graph_group_field azure_tenant backend_logout_url banner basic_auth_password bearer_token_login_fallback bitbucket_repository bitbucket_team client_id client_secret client_secret_file code_challenge_method cookie_csrf_expire cookie_csrf_per_request cookie_csrf_per_request_limit cookie_csrf_samesite cookie_domains cookie_expire cookie_httponly cookie_name cookie_path cookie_refresh cookie_samesite cookie_secret cookie_secret_file cookie_secure custom_sign_in_logo custom_templates_dir disable_keep_alives display_htpasswd_form email_domains encode_state entra_id_allowed_tenants entra_id_federated_token_auth errors_to_info_log exclude_logging_paths extra_jwt_issuers flush_interval footer force_code_challenge_method force_https force_json_errors gcp_healthchecks github_org github_repo github_team github_token github_users gitlab_groups gitlab_projects google_admin_api_user_scope google_admin_email google_group google_groups google_service_account_json google_target_principal google_use_application_default_credentials google_use_organization_id htpasswd_file htpasswd_user_groups http_address https_address insecure_oidc_allow_unverified_email insecure_oidc_skip_issuer_verification insecure_oidc_skip_nonce jwt_key jwt_key_file keycloak_groups logging_compress logging_filename logging_local_time logging_max_age logging_max_backups logging_max_size login_url metrics_address metrics_secure_address metrics_tls_cert_file metrics_tls_key_file oidc_audience_claims oidc_email_claim oidc_enabled_signing_algs oidc_extra_audiences oidc_groups_claim oidc_issuer_url oidc_jwks_url oidc_public_key_files pass_access_token pass_authorization_header pass_basic_auth pass_host_header pass_user_headers ping_path ping_user_agent prefer_email_to_user profile_url prompt provider provider_ca_files provider_display_name proxy_prefix proxy_websockets pubjwk_url ready_path real_client_ip_header redeem_url redirect_url redis_ca_path redis_cluster_connection_urls redis_connection_idle_timeout redis_connection_url redis_insecure_skip_tls_verify redis_password redis_sentinel_connection_urls redis_sentinel_master_name redis_sentinel_password redis_use_cluster redis_use_sentinel redis_username relative_redirect_url request_id_header request_logging request_logging_format resource reverse_proxy scope session_cookie_minimal session_store_type set_authorization_header set_basic_auth set_xauthrequest show_debug_on_error signature_key silence_ping_logging skip_auth_preflight skip_auth_regex skip_auth_routes skip_auth_strip_headers skip_claims_from_profile_url skip_jwt_bearer_tokens skip_oidc_discovery skip_provider_button ssl_insecure_skip_verify ssl_upstream_insecure_skip_verify standard_logging standard_logging_format tls_cert_file tls_cipher_suites tls_key_file tls_min_version trusted_ips trusted_proxy_ips upstreams upstream_timeout use_system_trust_store user_id_claim validate_url whitelist_domains'.split(
    ' ',
  ),
);

/** Options that no other product's file has two of. */
const SIGNATURE =
  /^(?:cookie_(?:secret|secret_file|expire|refresh|secure|domains)|oidc_issuer_url|email_domains|authenticated_emails_file|skip_(?:provider_button|auth_routes?|auth_regex|jwt_bearer_tokens)|pass_access_token|set_xauthrequest|whitelist_domains?|extra_jwt_issuers|insecure_oidc_\w+)$/;

/** Every oauth2-proxy that a document configures. */
export function proxiesOf(document: ConfigDocument): readonly ProxyOptions[] {
  if (document.format === 'toml') return fromFile(rootOf(document), 'oauth2-proxy');
  return [
    ...fromAlpha(rootOf(document)),
    ...fromHelm(rootOf(document)),
    ...containersOf(document).flatMap(fromContainer),
    ...embeddedFiles(document).flatMap((inner) =>
      inner.format === 'toml' ? fromFile(rootOf(inner), 'oauth2-proxy') : [],
    ),
  ];
}

function fromFile(root: ConfigNode, name: string): readonly ProxyOptions[] {
  const written = members(root);
  if (written.filter(([key]) => SIGNATURE.test(key.replaceAll('-', '_'))).length < 2) return [];
  const options = new Map(written.filter(([key]) => OPTIONS.has(key)));
  const isWhole = options.has('provider') || options.has('client_id');
  return [
    {
      name,
      node: root,
      options,
      partial: { session: null, provider: isWhole ? null : 'the provider is set up elsewhere' },
      version: null,
      remarks: written.flatMap(([key, node]) => misnamed(key, node)),
    },
  ];
}

/** Names with hyphens, and singular for plural: what people carry over from the command line. */
function misnamed(key: string, node: ConfigNode): readonly ConfigRemark[] {
  if (OPTIONS.has(key)) return [];
  const right = nearest(key.replaceAll('-', '_'));
  if (right === null) return [];
  const message = `the file has no setting "${key}"; it is called ${right} there`;
  return [{ kind: 'unknown-setting', message, at: node.keyAt }];
}

function nearest(name: string): string | null {
  return [name, `${name}s`, name.replace(/s$/, '')].find((each) => OPTIONS.has(each)) ?? null;
}

const PREFIX = 'OAUTH2_PROXY_';

function fromContainer({ name, node, image, environment, words }: Container): readonly ProxyOptions[] {
  const variables = [...environment].filter(([variable]) => variable.startsWith(PREFIX));
  const known = variables.filter(([variable]) => OPTIONS.has(optionOf(variable)));
  const isImage = image !== null && /oauth2[-_]proxy/.test(image);
  const flags = isImage || known.length > 0 ? flagsOf(words) : new Map<string, ConfigNode>();
  const options = new Map([...known.map(([variable, value]) => [optionOf(variable), value] as const), ...flags]);
  if (![...options.keys()].some((option) => OPTIONS.has(option))) return [];
  const { version } = /:v?(?<version>\d+\.\d+\.\d+)/.exec(image ?? '')?.groups ?? {};
  const isElsewhere =
    image === null || flags.has('config') || flags.has('alpha_config') || environment.has(`${PREFIX}CONFIG`);
  const elsewhere =
    image === null
      ? 'other settings may be set where it is started'
      : 'it may be set in the file that it is started with';
  return [
    {
      name,
      node,
      options,
      partial: { session: isElsewhere ? elsewhere : null, provider: isElsewhere ? elsewhere : null },
      version: version ?? null,
      remarks: image === null ? [] : variables.flatMap(([variable, value]) => misnamedVariable(variable, value)),
    },
  ];
}

function optionOf(variable: string): string {
  return variable.slice(PREFIX.length).toLowerCase();
}

/** Variables of unknown names are passed over in silence, and lists have their names in the plural. */
function misnamedVariable(variable: string, node: ConfigNode): readonly ConfigRemark[] {
  const name = optionOf(variable);
  const right = OPTIONS.has(name) ? null : nearest(name);
  if (right === null) return [];
  const message = `no variable ${variable} is read; it is called ${PREFIX}${right.toUpperCase()}`;
  return [{ kind: 'unknown-setting', message, at: node.keyAt }];
}

/** Flags of a command line, by the names that their options have in the file; those given twice are lists. */
function flagsOf(words: readonly ConfigNode[]): ReadonlyMap<string, ConfigNode> {
  const flags = new Map<string, ConfigNode>();
  for (const [index, word] of words.entries()) {
    const [, flag, inline] = /^--?([a-z][a-z0-9-]*)(?:=(.*))?$/s.exec(String(word.value)) ?? [];
    if (flag === undefined) continue;
    const following = words[index + 1];
    const isPair = inline === undefined && following !== undefined && !String(following.value).startsWith('-');
    const value = partOf(word, inline ?? (isPair ? following.value : 'true'));
    const name = flagOption(flag);
    const before = flags.get(name);
    flags.set(name, before === undefined ? value : partOf(before, [before.value, value.value].flat()));
  }
  return flags;
}

function flagOption(flag: string): string {
  const name = flag.replaceAll('-', '_');
  return OPTIONS.has(name) ? name : (nearest(name) ?? name);
}

/** Names of the structured configuration (alpha) by the names in the file. */
const STRUCTURED: readonly (readonly [string, ...string[]])[] = [
  ['client_id', 'clientID'],
  ['client_secret', 'clientSecret'],
  ['provider', 'provider'],
  ['allowed_groups', 'allowedGroups'],
  ['oidc_issuer_url', 'oidcConfig', 'issuerURL'],
  ['oidc_jwks_url', 'oidcConfig', 'jwksURL'],
  ['oidc_public_key_files', 'oidcConfig', 'publicKeyFiles'],
  ['oidc_extra_audiences', 'oidcConfig', 'extraAudiences'],
  ['oidc_enabled_signing_algs', 'oidcConfig', 'enabledSigningAlgs'],
  ['skip_oidc_discovery', 'oidcConfig', 'skipDiscovery'],
  ['insecure_oidc_allow_unverified_email', 'oidcConfig', 'insecureAllowUnverifiedEmail'],
  ['insecure_oidc_skip_issuer_verification', 'oidcConfig', 'insecureSkipIssuerVerification'],
];

function fromAlpha(root: ConfigNode): readonly ProxyOptions[] {
  const has = (name: string): boolean => child(root, name) !== null;
  const isRoot = ['upstreamConfig', 'injectRequestHeaders', 'injectResponseHeaders'].some(has);
  return items(child(root, 'providers'))
    .filter(
      (provider) =>
        typeof child(provider, 'clientID')?.value === 'string' && (isRoot || child(provider, 'oidcConfig') !== null),
    )
    .map((provider, index) => {
      const id = child(provider, 'id')?.value;
      return {
        name: `provider ${typeof id === 'string' ? id : `number ${index}`}`,
        node: provider,
        options: new Map(
          STRUCTURED.flatMap(([option, ...path]) => {
            const node = child(provider, ...path);
            return node === null ? [] : [[option, node] as const];
          }),
        ),
        partial: { session: 'cookies are set up in the other file', provider: null },
        version: null,
        remarks: [],
      };
    });
}

/** Values of the project's Helm chart, alone or as a dependency of another chart. */
function fromHelm(root: ConfigNode): readonly ProxyOptions[] {
  return [root, ...['oauth2-proxy', 'oauth2proxy', 'oauth2Proxy'].map((name) => child(root, name))].flatMap((node) => {
    const config = child(node, 'config');
    const file = child(config, 'configFile');
    const flags = child(node, 'extraArgs');
    if (
      node === null ||
      (file === null && child(config, 'cookieSecret') === null && child(config, 'clientID') === null)
    ) {
      return [];
    }
    const options = new Map<string, ConfigNode>();
    for (const [inner] of file === null ? [] : [embeddedFile('oauth2-proxy.cfg', file)]) {
      if (inner !== undefined) for (const [key, value] of members(rootOf(inner))) options.set(key, value);
    }
    for (const [option, key] of [
      ['client_id', 'clientID'],
      ['client_secret', 'clientSecret'],
      ['cookie_secret', 'cookieSecret'],
    ] as const) {
      const value = child(config, key);
      if (value !== null) options.set(option, value);
    }
    for (const [flag, value] of members(flags)) options.set(flagOption(flag), value);
    for (const [flag, value] of flagsOf(items(flags))) options.set(flag, value);
    const isAlpha = child(node, 'alphaConfig', 'enabled')?.value === true;
    const partial = { session: null, provider: isAlpha ? 'the provider is set up in alphaConfig' : null };
    return [{ name: 'oauth2-proxy', node, options, partial, version: null, remarks: [] }];
  });
}

/** Entries of a list that are known, each with its own place where it has one. */
export function entriesOf(node: ConfigNode | undefined): readonly { readonly text: string; readonly at: Location }[] {
  if (node === undefined) return [];
  if (!Array.isArray(node.value)) {
    return (knownValue(listFact(node, COMMA)) ?? []).map((text) => ({ text, at: node.at }));
  }
  return items(node).flatMap((item) => {
    const text = knownValue(textFact(item));
    return text === undefined ? [] : [{ text, at: item.at }];
  });
}
