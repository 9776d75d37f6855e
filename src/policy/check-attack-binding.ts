import type { AttackKind } from '../model/attack.ts';
import { isAttackKind, isCertificateReplay, isForgery } from '../model/attack.ts';
import type { Problem } from '../model/failure.ts';
import type { Cursor } from './facts.ts';
import { child, faultAt, items, requiredText, textOf } from './facts.ts';

type Holder = 'key' | 'certificate';

/** How a drill makes what a token is bound to. */
const MADE_BY: Readonly<Record<Holder, string>> = {
  key: 'key.generate',
  certificate: 'certificate.generate or certificate.read',
};

/** Whoever steals a token must find it bound, or the attack steals nothing that was protected. */
export function checkAttackBinding(spec: Cursor): readonly Problem[] {
  const credentials = child(spec, 'credentials');
  return items(child(child(spec, 'observe'), 'attacks')).flatMap((attack) => {
    const token = requiredText(child(attack, 'of'));
    const obtain = child(child(credentials, token), 'obtain');
    // What is no token of the drill is told of already.
    if (textOf(child(obtain, 'uses')) !== 'token.sign') return [];
    const holder = holderOf(child(child(obtain, 'with'), 'bind'), credentials);
    return items(child(attack, 'kinds')).flatMap((at): readonly Problem[] => {
      const kind = requiredText(at);
      const needed = isAttackKind(kind) ? neededBy(kind, holder) : null;
      if (needed === null || needed === holder) return [];
      const message = `attack "${kind}" needs a token that is bound to a ${needed}, and "${token}" is ${holder === null ? 'not bound' : `bound to a ${holder}`}`;
      return [faultAt(at, message, `add bind with the name of a credential that ${MADE_BY[needed]} makes`)];
    });
  });
}

function holderOf(bind: Cursor, credentials: Cursor): Holder | null {
  const name = textOf(bind);
  if (name === null) return null;
  const uses = textOf(child(child(child(credentials, name), 'obtain'), 'uses')) ?? '';
  return uses.startsWith('certificate.') ? 'certificate' : 'key';
}

/** Null for what needs no binding: no-certificate binds a token by itself where the drill does not. */
function neededBy(kind: AttackKind, holder: Holder | null): Holder | null {
  if (isForgery(kind) || (kind === 'no-certificate' && holder !== 'certificate')) return null;
  return isCertificateReplay(kind) ? 'certificate' : 'key';
}
