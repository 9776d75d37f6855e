/**
 * Remembers the last answer: each document of a file is asked about the text of the whole file, and one file may hold
 * thousands of documents.
 */
export function rememberedOfText<T>(compute: (text: string) => T): (text: string) => T {
  let last: { readonly text: string; readonly answer: T } | null = null;
  return (text) => {
    if (last?.text !== text) last = { text, answer: compute(text) };
    return last.answer;
  };
}
