import { compareText } from '../model/compare-text.ts';
import type { PolicyChange } from '../model/change.ts';
import { TOKEN_CLASSES } from '../model/policy.ts';
import { WORST_FIRST } from './compare-target.ts';

/** Worst verdict first, then as people look things up: by name and class of tokens. */
export function compareChanges(a: PolicyChange, b: PolicyChange): number {
  return (
    WORST_FIRST.indexOf(a.verdict) - WORST_FIRST.indexOf(b.verdict) ||
    compareText(a.name, b.name) ||
    TOKEN_CLASSES.indexOf(a.token) - TOKEN_CLASSES.indexOf(b.token) ||
    compareText(a.policiesAfter.join(), b.policiesAfter.join())
  );
}
