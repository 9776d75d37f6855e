import type { ScopeUse } from '../model/incident-scope.ts';
import type { Millis } from '../model/quantity.ts';

/** Whether a token lives longer than the policies of its issuer allow; no policy says how long where that is null. */
export function livesTooLong({ iat, exp }: Pick<ScopeUse, 'iat' | 'exp'>, most: Millis | null): boolean {
  return most !== null && iat !== null && exp !== null && (exp - iat) * 1000 > most;
}
