import type { Interval } from '../model/drill.ts';

export type Labels = Readonly<Record<string, string>>;

/** One family of gauges. */
export interface Family {
  readonly name: string;
  readonly unit?: 'seconds';
  readonly help: string;
  readonly samples: readonly (readonly [Labels, number])[];
}

/** OpenMetrics 1.0 section 5.1: backslash, quote and line feed are escaped in label values. */
function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function sample(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escapeLabel(text)}"`);
  const number = value === Number.POSITIVE_INFINITY ? '+Inf' : String(Math.round(value * 1e6) / 1e6);
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${number}`;
}

/** Both ends of an interval in seconds, by name. */
export function ends(interval: Interval): readonly (readonly ['lower' | 'upper', number])[] {
  const upper = interval.upper === 'unbounded' ? Number.POSITIVE_INFINITY : interval.upper / 1000;
  return [
    ['lower', interval.lower / 1000],
    ['upper', upper],
  ];
}

/** OpenMetrics 1.0 text. Families without samples are left out. */
export function openMetricsText(families: readonly Family[]): string {
  const lines = families
    .filter(({ samples }) => samples.length > 0)
    .flatMap(({ name, unit, help, samples }) => [
      `# TYPE ${name} gauge`,
      ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
      `# HELP ${name} ${help}`,
      ...samples.map(([labels, value]) => sample(name, labels, value)),
    ]);
  return `${[...lines, '# EOF'].join('\n')}\n`;
}
