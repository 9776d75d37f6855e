/** The text of every comment, wherever it stands. */
export function comments(text: string): string {
  const found: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const comment = /(?:^|\s)(#[^]*)$/.exec(line);
    if (comment?.[1] !== undefined) found.push(comment[1].trimEnd());
  }
  return JSON.stringify(found);
}
