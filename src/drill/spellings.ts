/** Characters of base64 that the bytes before a text decide, by how many of them stand in its first group of three. */
const SHARED_BEFORE: readonly number[] = [0, 2, 3];

/** A text in every spelling that programs print it in; of base64 also what shows of it inside of something longer. */
export function spellingsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value, 'utf8');
  const json = JSON.stringify(value).slice(1, -1);
  const encoded = encodeURIComponent(value);
  const all = [
    value,
    json,
    json.replaceAll('/', String.raw`\/`),
    encoded,
    encoded.toLowerCase(),
    new URLSearchParams([['', value]]).toString().slice(1),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    bytes.toString('base64'),
    bytes.toString('base64url'),
    ...[0, 1, 2].flatMap((offset) => insideBase64(bytes, offset)),
  ];
  return [...new Set(all)].filter((each) => each !== '');
}

/** The characters that only these bytes decide, when so many others stand before them in the group. */
function insideBase64(bytes: Buffer, offset: number): readonly string[] {
  const whole = Buffer.concat([Buffer.alloc(offset), bytes]);
  const begin = SHARED_BEFORE[offset] ?? 0;
  // The last character of an incomplete group depends on what follows.
  const open = whole.length % 3 === 0 ? 0 : 1;
  return (['base64', 'base64url'] as const).map((encoding) => {
    const text = whole.toString(encoding).replace(/=+$/, '');
    return text.slice(begin, text.length - open);
  });
}
