import type { Finding } from '../model/finding.ts';
import { SEVERITIES } from '../model/finding.ts';
import { counted } from './counted.ts';

/** By severity, then as they were: by position. What is cut off at the end matters least. */
export function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  return SEVERITIES.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
}

/** `3 errors, 12 warnings`; severities without findings are left out. */
export function showSeverities(findings: readonly Finding[]): string {
  const names = { error: 'error', warning: 'warning', info: 'note' } as const;
  return SEVERITIES.flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [counted(count, names[severity])];
  }).join(', ');
}

/** How often each rule found something, the most frequent first. */
export function countByRule(findings: readonly Finding[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const { rule } of findings) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return [...counts].sort(([nameA, a], [nameB, b]) => b - a || (nameA < nameB ? -1 : 1));
}
