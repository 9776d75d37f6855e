import type { Finding } from '../model/finding.ts';
import type { DirectiveReading } from './directive.ts';
import { readDirective } from './directive.ts';
import type { Exception } from './exception.ts';
import { exceptionOfDirective, exceptionOfWaiver, exceptionsOfBaseline } from './exception.ts';
import type { EstateRead } from './read-estate.ts';

/** Which kinds of exceptions count in a run. */
export interface ExceptionChoice {
  /** Directives and waivers. */
  readonly ignores: boolean;
  readonly baseline: boolean;
}

/**
 * Every exception of what was read, the nearest to a finding first: directives, waivers, baselines.
 *
 * @param known ids of rules that exist
 * @param findings everything that was found
 */
export function exceptionsOf(
  { directives, waivers, baselines }: EstateRead,
  findings: readonly Finding[],
  known: ReadonlySet<string>,
  { ignores, baseline }: ExceptionChoice,
): { readonly exceptions: readonly Exception[]; readonly readings: readonly DirectiveReading[] } {
  const readings = ignores ? directives.map((comment) => readDirective(comment, known)) : [];
  return {
    readings,
    exceptions: [
      ...readings.flatMap((reading) => (reading.ok ? [exceptionOfDirective(reading.directive)] : [])),
      ...(ignores ? waivers.map(exceptionOfWaiver) : []),
      ...(baseline ? baselines.flatMap((each) => exceptionsOfBaseline(each, findings)) : []),
    ],
  };
}
