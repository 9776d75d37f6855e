import type { Approval } from '../model/approval.ts';
import type { Problem } from '../model/failure.ts';
import type { GateConfig, ProtectedChange } from '../model/gate.ts';
import type { Waiver } from '../model/waiver.ts';
import { memberOf } from '../policy/pointers.ts';
import { readWaiver } from '../policy/read-waiver.ts';
import { validateDocument } from '../policy/validate.ts';
import { parseDocuments } from '../source/parse.ts';
import type { GateFile } from './protected.ts';
import { findProtectedChanges } from './protected.ts';
import { CONFIG_FILE, readGateConfig } from '../policy/read-gate-config.ts';
import { approvalsIn } from './write-approval.ts';

/** What the files of both sides say to the gate. */
export interface GateSides {
  /** Of the base side: no change relaxes the gate that it goes through. */
  readonly config: GateConfig;
  /** Faults of the base side's firebreak.yaml; the strict gate holds then. */
  readonly problems: readonly Problem[];
  /** Of the head side, where the change and its approvals are reviewed together. */
  readonly approvals: readonly Approval[];
  /** Files that hold approvals and nothing else on either side: whoever commits them changes no policy. */
  readonly approvalFiles: readonly string[];
  readonly protectedChanges: readonly ProtectedChange[];
  readonly waivers: { readonly base: readonly Waiver[]; readonly head: readonly Waiver[] };
}

/**
 * Reads the gate's part of two sides. The files must hold firebreak.yaml, the documents, and whatever the gate protects;
 * what a side lacks, it does not have.
 */
export function readGateSides(base: readonly GateFile[], head: readonly GateFile[]): GateSides {
  const text = base.find(({ file }) => file === CONFIG_FILE)?.text ?? null;
  const { config, problems } = readGateConfig(CONFIG_FILE, text);
  return {
    config,
    problems,
    approvals: head
      .filter(({ text: each }) => each.includes('ChangeApproval'))
      .flatMap(({ file, text: each }) => approvalsIn(file, each)),
    approvalFiles: approvalFilesOf(base, head),
    protectedChanges: findProtectedChanges(base, head, config),
    waivers: { base: waiversOf(base), head: waiversOf(head) },
  };
}

function approvalFilesOf(base: readonly GateFile[], head: readonly GateFile[]): readonly string[] {
  const texts = new Map<string, string[]>();
  for (const { file, text } of [...base, ...head]) texts.set(file, [...(texts.get(file) ?? []), text]);
  return [...texts]
    .filter(([file, each]) => each.every((text) => holdsOnlyApprovals(file, text)))
    .map(([file]) => file);
}

function holdsOnlyApprovals(file: string, text: string): boolean {
  if (!text.includes('ChangeApproval')) return false;
  const { documents, problems } = parseDocuments(file, text);
  return problems.length === 0 && documents.every(({ data }) => memberOf(data, 'kind') === 'ChangeApproval');
}

/** Waivers of one side that can be read. */
export function waiversOf(side: readonly GateFile[]): readonly Waiver[] {
  return side
    .filter(({ text }) => text.includes('Waiver'))
    .flatMap(({ file, text }) => parseDocuments(file, text).documents)
    .flatMap((source) => {
      const { document } = validateDocument(source);
      if (document?.kind !== 'Waiver') return [];
      const { waiver } = readWaiver(document);
      return waiver === null ? [] : [waiver];
    });
}
