import type { ValidDocument } from '../model/document.ts';
import type { Guardrail } from '../model/guardrail.ts';
import type { PolicyScope, TokenPolicySpec } from '../model/policy.ts';
import type { Cursor } from './facts.ts';
import { child, cursorAt, entries, isGiven, requiredText, textsOf } from './facts.ts';
import { normalPatterns } from './meet.ts';

/** Turns a schema-checked Guardrail into facts. */
export function readGuardrail({ source, name, owner, spec }: ValidDocument<unknown>): Guardrail {
  const { ceiling } = spec as { ceiling: TokenPolicySpec }; // required by the schema
  return {
    name,
    file: source.file,
    owner: owner ?? '', // required by the schema
    appliesTo: readScope(child(cursorAt(source, '/spec'), 'applies_to')),
    spec: ceiling,
    locate: (pointer) => source.locate(pointer.replace(/^\/spec/, '/spec/ceiling')),
    at: source.locate('/metadata/name'),
  };
}

function readScope(at: Cursor): PolicyScope {
  return {
    environments: readSelector(child(at, 'environments')),
    services: readSelector(child(at, 'services')),
    routes: readSelector(child(at, 'routes')),
    labels: Object.fromEntries(entries(child(at, 'labels')).map(([label, value]) => [label, requiredText(value)])),
  };
}

function readSelector(at: Cursor): PolicyScope['routes'] {
  return isGiven(at) ? normalPatterns(textsOf(at)) : 'all';
}
