import type { ConfigFact, ConfigSecret } from '../../model/config.ts';
import type { JwksFacts } from '../../model/key.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, items, members } from '../config-node.ts';
import { unknownConfigFact } from '../facts.ts';
import { bareKeysOf, inlineKeysOf } from '../inline-keys.ts';
import type { SecretOptions } from '../secret.ts';
import { secretsOf } from '../secret.ts';

interface SecretSetting {
  readonly kind: ConfigSecret['kind'];
  readonly options?: SecretOptions;
}

/** Secret settings of key providers; of imported ones some write PEM, which is as long as its text here. */
const KEY_SETTINGS: Readonly<Record<string, SecretSetting>> = {
  privateKey: { kind: 'private-key', options: { encoding: 'base64' } },
  ecdsaPrivateKey: { kind: 'private-key', options: { encoding: 'base64' } },
  eddsaPrivateKey: { kind: 'private-key', options: { encoding: 'base64' } },
  keystorePassword: { kind: 'admin' },
  keyPassword: { kind: 'admin' },
};

export const KEY_PROVIDER = 'org.keycloak.keys.KeyProvider';
const USER_STORAGE = 'org.keycloak.storage.UserStorageProvider';

function providersOf(realm: ConfigNode): readonly ConfigNode[] {
  return items(child(realm, 'components', KEY_PROVIDER));
}

/** Values of a component's setting: a list of texts, of which one counts. */
function setting(component: ConfigNode, name: string): ConfigNode | null {
  const node = child(component, 'config', name);
  return items(node)[0] ?? node;
}

function wordOf(node: ConfigNode | null): string {
  return typeof node?.value === 'string' ? node.value : '';
}

/** Every secret of the realm itself; those of its clients belong to them. */
export function secretsOfRealm(realm: ConfigNode): readonly ConfigSecret[] {
  return [
    ...secretsOf(child(realm, 'privateKey'), 'private-key', { encoding: 'base64' }),
    ...providersOf(realm).flatMap(secretsOfProvider),
    ...items(child(realm, 'components', USER_STORAGE)).flatMap((store) =>
      secretsOf(setting(store, 'bindCredential'), 'admin'),
    ),
    ...items(child(realm, 'identityProviders')).flatMap((provider) =>
      secretsOf(child(provider, 'config', 'clientSecret'), 'client'),
    ),
    ...secretsOf(child(realm, 'smtpServer', 'password'), 'admin'),
  ];
}

function secretsOfProvider(provider: ConfigNode): readonly ConfigSecret[] {
  const isForEncryption = /^enc$/i.test(wordOf(setting(provider, 'keyUse')));
  const isHmac = wordOf(child(provider, 'providerId')).startsWith('hmac');
  const named = Object.entries(KEY_SETTINGS).flatMap(([name, { kind, options }]) =>
    secretsOf(setting(provider, name), kind === 'private-key' && isForEncryption ? 'decryption' : kind, options),
  );
  const algorithm = wordOf(setting(provider, 'algorithm'));
  const shared = secretsOf(setting(provider, 'secret'), isHmac ? 'hmac' : 'cookie', {
    encoding: 'base64url',
    algorithm: isHmac && algorithm !== '' ? algorithm : null,
  });
  return [...named, ...shared];
}

/** Keys whose private half was exported, examined by their public numbers. */
export function keysOfRealm(realm: ConfigNode): readonly JwksFacts[] {
  const nodes = [
    child(realm, 'privateKey'),
    ...providersOf(realm).flatMap((provider) =>
      ['privateKey', 'ecdsaPrivateKey', 'eddsaPrivateKey'].map((name) => setting(provider, name)),
    ),
  ];
  return nodes.flatMap((node) => [...bareKeysOf(node), ...inlineKeysOf(node)]);
}

/** Providers with settings on rotation come with versions that are not known here. */
export function rotatesByItself(realm: ConfigNode): ConfigFact<never> | undefined {
  const found = providersOf(realm)
    .flatMap((provider) => members(child(provider, 'config')))
    .find(([name]) => /rotat/i.test(name));
  return found === undefined ? undefined : unknownConfigFact(found[1].at, 'a key provider has settings on rotation');
}
