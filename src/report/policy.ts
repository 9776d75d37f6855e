import type { ExplainedPart, ExplainedPolicy, ExplainedTarget, ExplainedValue } from '../model/explained.ts';
import type { Location } from '../model/location.ts';
import { showLocation } from '../model/location.ts';
import type { Paint } from './color.ts';
import { jsonText } from './json-text.ts';
import { visible } from './visible.ts';

export interface PolicyLook {
  /** Whether to name everything that was said about each value. */
  readonly explain: boolean;
  readonly color: Paint;
}

/** The effective policy as text; with `explain`, everything that was said about each value. */
export function policyPretty(policy: ExplainedPolicy, look: PolicyLook): string {
  const chain = policy.chain.map(visible).join(' <- ');
  const title = look.color.bold(`TokenPolicy ${visible(policy.name)}`);
  return `${title}${look.color.dim(`  ${chain}  digest ${policy.digest.slice(0, 12)}`)}\n${bodyOf(policy, look)}`;
}

/** Everything that holds for a target as text. */
export function targetPretty(
  { target, contributors, partly, policy, problems }: ExplainedTarget,
  look: PolicyLook,
): string {
  const { color } = look;
  const place = (at: Location | null): string => (at === null ? '' : color.dim(`  ${visible(showLocation(at))}`));
  const lines = [
    color.bold(visible(target)) +
      (policy === null
        ? `  ${color.yellow('ungoverned: no enforced policy applies')}`
        : color.dim(`  digest ${policy.digest.slice(0, 12)}`)),
    ...contributors.map(
      ({ name, enforcement, at }) =>
        `  policy ${visible(name)}${enforcement === 'enforce' ? '' : ` (${enforcement}, accepts and refuses nothing)`}${place(at)}`,
    ),
    ...partly.map(({ name, at }) => `  policy ${visible(name)} (for a part of it only, left out)${place(at)}`),
    ...problems.flatMap(({ message, hint, at }) => [
      `  ${color.red(visible(message))}${place(at)}`,
      ...(hint === null ? [] : [`    hint: ${visible(hint)}`]),
    ]),
    '',
  ];
  return lines.join('\n') + (policy === null ? '' : bodyOf(policy, look));
}

function bodyOf({ values, parts }: ExplainedPolicy, { explain, color }: PolicyLook): string {
  const width = Math.max(0, ...[...values, ...parts].map(({ path }) => path.length));
  const row = (path: string, text: string, from: string): string =>
    `  ${visible(path).padEnd(width)}  ${visible(text)}${from === '' ? '' : color.dim(`  ${visible(from)}`)}`;
  const under = (text: string): string => `  ${' '.repeat(width)}    ${color.dim(visible(text))}`;
  const lines = [
    ...values.flatMap((value) => [
      row(value.path, value.text, originOf(value)),
      ...(explain ? chainOf(value).map(under) : []),
    ]),
    ...parts.map(({ path, text, at }) => row(path, text, at === null ? '' : showLocation(at))),
  ];
  return `${lines.join('\n')}\n`;
}

/** Who said what. One word that made the value is told by the row itself. */
function chainOf({ said, waived, ceilings }: ExplainedValue): readonly string[] {
  return [
    ...(said.length > 1 || said.some(({ isBinding }) => !isBinding)
      ? said.map(
          ({ policy, value, at, isBinding }) =>
            `${policy} says ${showRaw(value)} at ${showLocation(at)}${isBinding ? ', binding' : ''}`,
        )
      : []),
    ...waived.map(
      ({ waiver, text, until, at }) => `waiver ${waiver} makes it ${text} until ${until} at ${showLocation(at)}`,
    ),
    ...ceilings.map(
      ({ guardrail, text, at, isKept }) =>
        `guardrail ${guardrail} allows at most ${text} at ${showLocation(at)}${isKept ? '' : ', OVERSTEPPED'}`,
    ),
  ];
}

/** The effective policy for machines: every value with its origin and position. */
export function policyJson(policy: ExplainedPolicy): string {
  return jsonText({ schema_version: '2.0', ...policyMembers(policy) });
}

/** Everything that holds for a target for machines. */
export function targetJson({ target, contributors, partly, policy, problems }: ExplainedTarget): string {
  return jsonText({
    schema_version: '2.0',
    target,
    contributors: contributors.map((each) => ({ ...each, at: showLocation(each.at) })),
    partly: partly.map((each) => ({ ...each, at: showLocation(each.at) })),
    problems: problems.map(({ message, hint, at }) => ({ message, hint, at: placeText(at) })),
    enforced: policy === null ? null : policyMembers(policy),
  });
}

function policyMembers({ name, owner, chain, digest, values, parts }: ExplainedPolicy) {
  return {
    name,
    owner,
    chain,
    digest,
    values: Object.fromEntries(values.map((value) => [value.path, valueMembers(value)])),
    parts: parts.map((part: ExplainedPart) => ({ ...part, at: placeText(part.at) })),
  };
}

function valueMembers({ value, origin, at, source, said, waived, ceilings }: ExplainedValue) {
  return {
    value,
    origin,
    at: placeText(at),
    source,
    contributions: said.map((each) => ({
      policy: each.policy,
      at: showLocation(each.at),
      value: each.value,
      binding: each.isBinding,
    })),
    waivers: waived.map((each) => ({ ...each, at: showLocation(each.at) })),
    guardrails: ceilings.map(({ guardrail, text, at: where, isKept }) => ({
      guardrail,
      ceiling: text,
      at: showLocation(where),
      kept: isKept,
    })),
  };
}

function placeText(at: Location | null): string | null {
  return at === null ? null : showLocation(at);
}

function originOf({ at, origin, source }: ExplainedValue): string {
  if (origin !== 'explicit') return source === null ? origin : `${origin}: ${source}`;
  return at === null ? '' : showLocation(at);
}

function showRaw(value: unknown): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
    ? value.join(', ')
    : JSON.stringify(value);
}
