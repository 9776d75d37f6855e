import type { FileTexts } from '../model/document.ts';

/** Texts for code frames that are masked when the first frame asks for them: most files of a run are never shown. */
export interface ShownTexts extends FileTexts {
  readonly has: (file: string) => boolean;
  /** @param mask gives the text without its secrets */
  readonly set: (file: string, mask: () => string) => void;
}

export function shownTexts(): ShownTexts {
  const masks = new Map<string, () => string>();
  const masked = new Map<string, string>();
  return {
    get(file) {
      const known = masked.get(file);
      if (known !== undefined) return known;
      const text = masks.get(file)?.();
      if (text !== undefined) masked.set(file, text);
      return text;
    },
    has: (file) => masks.has(file),
    set(file, mask) {
      masks.set(file, mask);
      masked.delete(file);
    },
  };
}
