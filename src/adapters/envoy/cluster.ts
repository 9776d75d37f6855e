import type { VerifierFactMap } from '../../model/config.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, descendants, items, members, rootOf } from '../config-node.ts';
import { knownText } from './filter.ts';
import { derivedFact, explicitFact } from '../facts.ts';

const PAGE = 'Envoy 1.37: docs/root/intro/arch_overview/security/ssl.rst';

/**
 * Whether the connection that fetches the keys checks who answers. The cluster decides, not the scheme of the URI. Says
 * nothing when the cluster is not in the file.
 */
export function tlsOfFetch(provider: ConfigNode): VerifierFactMap['tlsVerified'] {
  const httpUri = child(provider, 'remote_jwks|remoteJwks', 'http_uri|httpUri');
  const name = knownText(child(httpUri, 'cluster'));
  const uri = knownText(child(httpUri, 'uri'));
  // That a plain http URI is not protected is told by the URI itself.
  if (name === null || uri === null || !uri.startsWith('https:')) return undefined;
  const cluster = clusterNamed(provider, name);
  if (cluster === null) return undefined;
  // Several sockets are chosen between by what the endpoint says.
  if (child(cluster, 'transport_socket_matches|transportSocketMatches') !== null) return undefined;
  const socket = child(cluster, 'transport_socket|transportSocket') ?? child(cluster, 'tls_context|tlsContext');
  if (socket === null) {
    return derivedFact(
      false,
      cluster.at,
      `cluster ${name} has no transport_socket, so it sends plain HTTP whatever the URI says`,
    );
  }
  const common = child(socket, 'typed_config|typedConfig', 'common_tls_context|commonTlsContext');
  const isChecked = [...descendants(common ?? socket)].some((node) => members(node).some(([key]) => TRUST.test(key)));
  return isChecked
    ? explicitFact(true, socket.keyAt)
    : derivedFact(
        false,
        socket.keyAt,
        `${PAGE}: cluster ${name} names no trusted CA, and without one nothing is checked`,
      );
}

/** Members by which a validation context trusts somebody, or takes what it trusts from elsewhere. */
const TRUST =
  /^(?:trusted_ca|trustedCa|system_root_certs|systemRootCerts|verify_certificate_hash|verifyCertificateHash|verify_certificate_spki|verifyCertificateSpki|custom_validator_config|customValidatorConfig|validation_context_sds_secret_config|validationContextSdsSecretConfig|validation_context_certificate_provider\w*|ca_certificate_provider_instance|caCertificateProviderInstance)$/;

function clusterNamed({ document }: ConfigNode, name: string): ConfigNode | null {
  const root = rootOf(document);
  const lists = [child(root, 'static_resources|staticResources', 'clusters'), child(root, 'resources')];
  return lists.flatMap(items).find((cluster) => child(cluster, 'name')?.value === name && isCluster(cluster)) ?? null;
}

function isCluster(node: ConfigNode): boolean {
  return ['connect_timeout', 'connectTimeout', 'load_assignment', 'loadAssignment', 'type', 'cluster_type'].some(
    (key) => child(node, key) !== null,
  );
}
