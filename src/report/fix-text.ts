import type { FixPlan } from '../model/fix.ts';
import { isEditable } from '../model/fix.ts';
import { visible } from './visible.ts';

/** What would repair it, and with which options Firebreak does so by itself. */
export function fixText({ title, safe, document }: FixPlan): string {
  const how = isEditable(document.file) ? ` (lint --fix${safe ? '' : ' --suggested'})` : '';
  return `${safe ? 'fix' : 'suggestion'}: ${visible(title)}${how}`;
}
