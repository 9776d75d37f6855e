import type { ConfigRemark, ConfigSecret } from '../../model/config.ts';
import type { ConfigNode } from '../config-node.ts';
import type { HttpdSection } from '../httpd-tree.ts';
import { idleRequirement, settingOf } from '../httpd-tree.ts';
import type { SecretOptions } from '../secret.ts';
import { secretsOf } from '../secret.ts';

export function loginSecretsOf(server: HttpdSection): readonly ConfigSecret[] {
  return [...secretsIn(server, 'OIDCClientSecret', 'client'), ...secretsIn(server, 'OIDCCryptoPassphrase', 'cookie')];
}

export function resourceSecretsOf(section: HttpdSection): readonly ConfigSecret[] {
  const shared = settingOf(section, 'OIDCOAuthVerifySharedKeys')?.words ?? [];
  return [...secretsIn(section, 'OIDCOAuthClientSecret', 'client'), ...shared.flatMap(sharedKey)];
}

function secretsIn(section: HttpdSection, name: string, kind: ConfigSecret['kind']): readonly ConfigSecret[] {
  return (settingOf(section, name)?.words ?? [])
    .filter(({ value }) => !String(value).startsWith('exec:'))
    .flatMap((word) => secretsOf(word, kind));
}

/** `["sig:"|"enc:"]plain|b64|hex#[<kid>#]<key>`, or the key alone. */
function sharedKey(word: ConfigNode): readonly ConfigSecret[] {
  const text = String(word.value);
  const [, form = 'plain', rest = text] = /^(?:(?:sig|enc):)?(plain|b64|b64url|hex)#(.*)$/.exec(text) ?? [];
  const key = rest.slice(rest.indexOf('#') + 1);
  const encodings: Readonly<Record<string, SecretOptions['encoding']>> = {
    b64: 'base64',
    b64url: 'base64url',
    hex: 'hex',
  };
  const encoding = encodings[form];
  const node: ConfigNode = {
    document: word.document,
    pointer: word.pointer,
    value: key,
    at: word.at,
    keyAt: word.keyAt,
  };
  return secretsOf(node, 'hmac', encoding === undefined ? {} : { encoding });
}

export function remarksOf(section: HttpdSection): readonly ConfigRemark[] {
  return ['aud', 'iss'].flatMap((claim): readonly ConfigRemark[] => {
    const at = idleRequirement(section, claim);
    return at === null
      ? []
      : [
          {
            kind: 'ignored-setting',
            message: `Require claim ${claim}:... has no effect: another Require of the section lets the token through without it`,
            at,
          },
        ];
  });
}
