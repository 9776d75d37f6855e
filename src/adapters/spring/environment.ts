import type { ConfigFact, VerifierConfig, VerifierFactMap } from '../../model/config.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, descendants, items, members, rootOf } from '../config-node.ts';
import type { DottedSetting, DottedSettings } from '../dotted-settings.ts';
import { withValue } from '../dotted-settings.ts';
import { textFact } from '../facts.ts';
import { RESOURCE_SERVER, resourceServersOf } from './resource-server.ts';
import { rememberedOfText } from '../of-text.ts';

/** Environment variables of the resource server, as Spring Boot writes its properties there. */
const VARIABLE = /^SPRING_SECURITY_OAUTH2_RESOURCESERVER_(JWT|OPAQUETOKEN)_(\w+?)(?:_(\d+)_?)?$/;

const isAboutResourceServers = rememberedOfText((text) => text.includes('SPRING_SECURITY_OAUTH2_RESOURCESERVER_'));

/**
 * Verifiers whose settings stand in the environment that a compose file, a Kubernetes manifest or Helm values give to a
 * container. The application's own files may say more, so only what is written is told.
 *
 * @see https://docs.spring.io/spring-boot/reference/features/external-config.html "Binding From Environment Variables"
 */
export function environmentVerifiers(document: ConfigDocument): readonly VerifierConfig[] {
  if (!isAboutResourceServers(document.text)) return [];
  return [...descendants(rootOf(document))].flatMap((node) => {
    const byName = new Map<string, DottedSetting>(variablesIn(node));
    if (byName.size === 0) return [];
    const settings: DottedSettings = { document, byName, normalise: (name) => name };
    const owner = ownerOf(node);
    return resourceServersOf(settings).map((verifier) => ({
      ...verifier,
      name: `${verifier.name} of ${owner}`,
      profile: null,
      product: null,
      remarks: verifier.remarks.filter(({ kind }) => kind === 'unknown-setting'),
      facts: writtenOnly(verifier.facts),
    }));
  });
}

/** `KEY: value`, `KEY=value` and `{ name: KEY, value: value }`. */
function* variablesIn(node: ConfigNode): Generator<[string, DottedSetting]> {
  for (const [key, member] of members(node)) yield* variable(key, member);
  for (const item of items(node)) {
    const name = textFact(child(item, 'name'));
    const value = child(item, 'value');
    if (name !== undefined && name.origin !== 'unknown' && value !== null) yield* variable(name.value, value);
    if (typeof item.value !== 'string') continue;
    const equals = item.value.indexOf('=');
    if (equals > 0) yield* variable(item.value.slice(0, equals), withValue(item, item.value.slice(equals + 1)));
  }
}

function* variable(key: string, node: ConfigNode): Generator<[string, DottedSetting]> {
  const [, group, rest, index] = VARIABLE.exec(key) ?? [];
  if (group === undefined || rest === undefined) return;
  const name = `${RESOURCE_SERVER}${group.toLowerCase()}.${rest.toLowerCase().replaceAll('_', '')}`;
  yield [index === undefined ? name : `${name}[${index}]`, { name: key, node }];
}

/** The service of a compose file, the name of a Kubernetes object, or the key that the variables stand below. */
function ownerOf(node: ConfigNode): string {
  const path = node.pointer.split('/').slice(1);
  const at = path.findLastIndex((segment) => segment === 'environment');
  const service = at > 0 ? path[at - 1] : undefined;
  const object = textFact(child(rootOf(node.document), 'metadata', 'name'));
  if (service !== undefined) return service;
  if (object !== undefined && object.origin !== 'unknown') return object.value;
  const [first] = path;
  return first === undefined || /^(?:env|data|spec|stringData)$/.test(first) ? 'the environment' : first;
}

/** Whether keys are found by discovery is not known: the application's own file may have a jwk-set-uri, which wins. */
function writtenOnly(facts: VerifierFactMap): VerifierFactMap {
  const written = Object.entries<ConfigFact<unknown>>(facts).filter(
    ([name, fact]) =>
      (fact.origin === 'explicit' || fact.origin === 'unknown') &&
      name !== 'keyCacheTtl' &&
      name !== 'discoveryUrl' &&
      !(fact.origin === 'explicit' && fact.value === 'discovery'),
  );
  return Object.fromEntries(written);
}
