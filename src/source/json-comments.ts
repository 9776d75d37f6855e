/** Blanks `//` and block comments outside strings; positions hold. */
export function blankComments(text: string): string {
  if (!text.includes('//') && !text.includes('/*')) return text;
  return text.replaceAll(/"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (found) =>
    found.startsWith('"') ? found : found.replaceAll(/[^\n]/g, ' '),
  );
}
