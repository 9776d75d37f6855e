import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/model/failure.ts';
import { paint, wantsColor } from '../../src/report/color.ts';
import { renderProblem, renderUserError } from '../../src/report/problem.ts';

const color = paint(false);
const AT = { file: 'p.yaml', line: 2, column: 3, endLine: 2, endColumn: 9 };
const TEXTS = new Map([['p.yaml', 'spec:\n  tokenz: {}\n']]);

describe('renderProblem', () => {
  it('shows what, where with its line, and what to do', () => {
    const problem = {
      code: 'document/invalid',
      message: 'unknown key "tokenz" in spec',
      hint: 'did you mean "tokens"?',
      at: AT,
    } as const;
    expect(`\n${renderProblem(problem, { color, texts: TEXTS })}`).toMatchInlineSnapshot(`
      "
      error[document/invalid]: unknown key "tokenz" in spec
        --> p.yaml:2:3
         |
       2 |   tokenz: {}
         |   ^^^^^^
        = hint: did you mean "tokens"?
      "
    `);
  });

  it('does without place, text and hint', () => {
    const problem = { code: 'usage/no-input', message: 'nothing to read', hint: null, at: null } as const;
    expect(renderProblem(problem, { color })).toBe('error[usage/no-input]: nothing to read\n');
    expect(renderProblem({ ...problem, at: AT }, { color })).toBe(
      'error[usage/no-input]: nothing to read\n  --> p.yaml:2:3\n',
    );
  });
});

describe('renderUserError', () => {
  it('shows every problem, then what stopped the run', () => {
    const problems = [1, 2].map((line) => ({
      code: 'document/invalid' as const,
      message: `fault ${line}`,
      hint: null,
      at: { ...AT, line, endLine: line },
    }));
    const error = new UserError('document/invalid', 'documents have 2 faults', { problems, hint: 'correct them' });
    expect(`\n${renderUserError(error, { color, texts: TEXTS })}`).toMatchInlineSnapshot(`
      "
      error[document/invalid]: fault 1
        --> p.yaml:1:3
         |
       1 | spec:
         |   ^^^

      error[document/invalid]: fault 2
        --> p.yaml:2:3
         |
       2 |   tokenz: {}
         |   ^^^^^^

      error[document/invalid]: documents have 2 faults
        = hint: correct them
      "
    `);
  });
});

describe('wantsColor', () => {
  it.each([
    [{ when: 'always', isTerminal: false, env: { NO_COLOR: '1' } }, true],
    [{ when: 'never', isTerminal: true, env: { FORCE_COLOR: '1' } }, false],
    [{ when: 'auto', isTerminal: true, env: {} }, true],
    [{ when: 'auto', isTerminal: false, env: {} }, false],
    [{ when: 'auto', isTerminal: true, env: { NO_COLOR: '1' } }, false],
    [{ when: 'auto', isTerminal: true, env: { NO_COLOR: '' } }, true],
    [{ when: 'auto', isTerminal: true, env: { TERM: 'dumb' } }, false],
    [{ when: 'auto', isTerminal: false, env: { FORCE_COLOR: '1' } }, true],
    [{ when: 'auto', isTerminal: true, env: { FORCE_COLOR: '0' } }, false],
    [{ when: 'auto', isTerminal: false, env: { FORCE_COLOR: '' } }, false],
  ])('decides %j', (input, expected) => {
    expect(wantsColor(input)).toBe(expected);
  });
});
