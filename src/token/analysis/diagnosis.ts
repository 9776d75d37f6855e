import type { KeyDiagnosis, KeyWeakness } from '../../model/key.ts';

/** One weakness at one member; an error where nothing else is said. The message never holds a value of the key. */
export function diagnosis(
  weakness: KeyWeakness,
  message: string,
  member: string | null,
  severity: KeyDiagnosis['severity'] = 'error',
): KeyDiagnosis {
  return { weakness, severity, message, member };
}
