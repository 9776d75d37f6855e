import type { GateConfig, ProtectedChange } from '../model/gate.ts';
import { canonicalJson } from '../policy/digest.ts';
import { fitsGlob } from '../policy/glob.ts';
import { memberOf } from '../policy/pointers.ts';
import { parseDocuments } from '../source/parse.ts';
import { shortDigest } from './demand.ts';
import { CONFIG_FILE, readGateConfig } from '../policy/read-gate-config.ts';

/** One text of one side. */
export interface GateFile {
  /** Relative to the root of the repository, with forward slashes. */
  readonly file: string;
  readonly text: string;
}

/**
 * Changes of what keeps watch over changes: the gate, Guardrails, protected files. Form does not count for the first two:
 * what is compared is what they mean. A gate that cannot be read any more has changed.
 *
 * @param config of the base side, which alone says what is protected
 */
export function findProtectedChanges(
  base: readonly GateFile[],
  head: readonly GateFile[],
  config: GateConfig,
): readonly ProtectedChange[] {
  return [
    ...changesBetween(gateOf(base), gateOf(head), 'gate'),
    ...changesBetween(guardrailsOf(base), guardrailsOf(head), 'guardrail'),
    ...changesBetween(filesOf(base, config), filesOf(head, config), 'file'),
  ];
}

/** What something is called, to where it is and what it says. */
type Watched = ReadonlyMap<string, { readonly file: string; readonly meaning: string }>;

function changesBetween(base: Watched, head: Watched, kind: string): readonly ProtectedChange[] {
  const names = [...new Set([...base.keys(), ...head.keys()])].sort();
  return names.flatMap((name) => {
    const before = base.get(name);
    const after = head.get(name);
    if (before?.meaning === after?.meaning) return [];
    const verb = before === undefined ? 'is new' : after === undefined ? 'is gone' : 'has changed';
    return [
      {
        fingerprint: shortDigest([kind, name, before?.meaning ?? null, after?.meaning ?? null]),
        message: `${name} ${verb}`,
        file: after?.file ?? before?.file ?? '',
      },
    ];
  });
}

function gateOf(side: readonly GateFile[]): Watched {
  const text = side.find(({ file }) => file === CONFIG_FILE)?.text ?? null;
  const { config, problems } = readGateConfig(CONFIG_FILE, text);
  const { at: _, ...rules } = config;
  const meaning = problems.length > 0 ? canonicalJson(['faulty', text]) : canonicalJson(rules);
  return new Map([[`the gate of ${CONFIG_FILE}`, { file: CONFIG_FILE, meaning }]]);
}

function guardrailsOf(side: readonly GateFile[]): Watched {
  const found = new Map<string, { readonly file: string; readonly meaning: string }>();
  for (const { file, text } of side) {
    if (!text.includes('Guardrail')) continue;
    for (const { data } of parseDocuments(file, text).documents) {
      if (memberOf(data, 'kind') !== 'Guardrail') continue;
      const name = `Guardrail "${String(memberOf(memberOf(data, 'metadata'), 'name'))}"`;
      // Two of one name are a fault that is told elsewhere; here neither may hide the other.
      const others = found.get(name)?.meaning ?? '';
      found.set(name, { file, meaning: `${others}${canonicalJson(data)}` });
    }
  }
  return found;
}

function filesOf(side: readonly GateFile[], { protected: { paths } }: GateConfig): Watched {
  return new Map(
    side
      .filter(({ file }) => paths.some((pattern) => fitsGlob(file, pattern)))
      .map(({ file, text }) => [file, { file, meaning: text }]),
  );
}
