import type { FileTexts } from '../model/document.ts';
import type { Problem, UserError } from '../model/failure.ts';
import type { Paint } from './color.ts';
import { codeFrame } from './frame.ts';
import { fixText } from './fix-text.ts';
import { visible } from './visible.ts';

export interface ProblemOptions {
  readonly color: Paint;
  /** Content of the files, for code frames. */
  readonly texts?: FileTexts;
}

/** One problem as a compiler shows it: what, where with the source line, what to do. */
export function renderProblem({ code, message, hint, at, fix }: Problem, { color, texts }: ProblemOptions): string {
  return [
    `${color.bold(color.red(`error[${visible(code)}]`))}${color.bold(`: ${visible(message)}`)}`,
    ...(at === null ? [] : [codeFrame(texts?.get(at.file), at, color)]),
    ...(hint === null ? [] : [`  ${color.cyan('=')} hint: ${visible(hint)}`]),
    ...(fix === undefined ? [] : [`  ${color.cyan('=')} ${fixText(fix)}`]),
    '',
  ].join('\n');
}

/** What stopped a run, with everything that was wrong. */
export function renderUserError(error: UserError, options: ProblemOptions): string {
  const { code, message, hint, at, problems } = error;
  const own = renderProblem({ code, message, hint, at }, options);
  return `${problems.map((problem) => renderProblem(problem, options)).join('\n')}${problems.length > 0 ? '\n' : ''}${own}`;
}
