import { jsonText } from './json-text.ts';
import { visible } from './visible.ts';

/** Whether an incident was closed, and what is unproven. */
export interface CloseView {
  readonly incident: string;
  readonly folder: string;
  readonly unproven: readonly string[];
  /** Why it is closed although something is unproven; null without a reason. */
  readonly anyway: string | null;
  /** Who closed it; null while it is open. */
  readonly by: string | null;
}

/** The end of an incident for a terminal, or why there is none. */
export function closePretty({ incident, folder, unproven, anyway, by }: CloseView): string {
  const count = unproven.length;
  if (by === null) {
    return [
      `${incident} is not closed: ${count} ${count === 1 ? 'thing is' : 'things are'} unproven`,
      ...unproven.map((each) => `  - ${visible(each)}`),
      '',
      `show it: firebreak incident verify ${folder}; firebreak incident check ITEM ${folder} --because TEXT; or close it --anyway REASON`,
      '',
    ].join('\n');
  }
  const words = count === 0 ? 'everything is proven' : `anyway, ${count} unproven: ${visible(anyway ?? '')}`;
  return `${by} closes ${incident}: ${words}\n\nnext: firebreak incident postmortem ${folder} -o postmortem.md\n`;
}

/** The same for programs. */
export function closeJson({ incident, unproven, anyway, by }: CloseView): string {
  return jsonText({
    schema_version: '1.0',
    incident,
    closed: by !== null,
    unproven,
    anyway: by === null ? null : anyway,
    by,
  });
}
