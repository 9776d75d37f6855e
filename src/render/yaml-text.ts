/** Plain data that becomes YAML. */
export type Plain = string | number | boolean | readonly Plain[] | { readonly [name: string]: Plain };

/**
 * Writes plain data as YAML 1.2 blocks. Every text is in double quotes, so that none can be read as something else; members
 * keep their order.
 */
export function yamlText(value: Plain): string {
  return blockOf(value, 0);
}

function blockOf(value: Plain, depth: number): string {
  const indent = '  '.repeat(depth);
  if (isList(value)) {
    return value
      .map((item) =>
        isEmpty(item) ? `${indent}- ${scalar(item)}\n` : `${indent}- ${blockOf(item, depth + 1).trimStart()}`,
      )
      .join('');
  }
  if (typeof value !== 'object') return `${indent}${scalar(value)}\n`;
  return Object.entries(value)
    .map(([name, member]) =>
      isEmpty(member)
        ? `${indent}${plainKey(name)}: ${scalar(member)}\n`
        : `${indent}${plainKey(name)}:\n${blockOf(member, depth + 1)}`,
    )
    .join('');
}

/** Whether it stands on the line of its key. */
function isEmpty(value: Plain): boolean {
  return typeof value !== 'object' || Object.keys(value).length === 0;
}

function isList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value);
}

function scalar(value: Plain): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'object') return isList(value) ? '[]' : '{}';
  return String(value);
}

function plainKey(name: string): string {
  return /^[@A-Za-z_][\w./-]*$/.test(name) && !name.startsWith('@') ? name : quoted(name);
}

/** JSON escapes are escapes of YAML too; what YAML does not allow unescaped (section 5.1) is escaped as well. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
