/** Exit codes, one table for every command and every output format. */
export const EXIT = {
  done: 0,
  findings: 1,
  usage: 2,
  failure: 3,
  inconclusive: 4,
  stopped: 5,
  unclean: 6,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_MEANING: Readonly<Record<ExitCode, string>> = {
  0: 'done, nothing at or above the threshold',
  1: 'findings, gate failed, or objective missed',
  2: 'usage or configuration error',
  3: 'internal or environment failure',
  4: 'inconclusive: something needed could not be evaluated; never reported as a pass',
  5: 'stopped by a safety rule, clean-up done',
  6: 'clean-up incomplete; the last lines say what is left and the command that finishes it',
  130: 'interrupted by Ctrl-C, after clean-up',
  143: 'terminated, after clean-up',
};

const PRECEDENCE: readonly ExitCode[] = [6, 143, 130, 3, 2, 5, 4, 1, 0];

/** The code to leave with when several apply: 6 > 143 > 130 > 3 > 2 > 5 > 4 > 1 > 0. */
export function worstExit(codes: readonly ExitCode[]): ExitCode {
  return PRECEDENCE.find((code) => codes.includes(code)) ?? EXIT.done;
}
