/** Text that is already HTML. Only `markup` makes it, so everything else is escaped. */
export interface Markup {
  readonly html: string;
}

type Part = Markup | string | number | null | readonly Part[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Escapes text for HTML and XML content and quoted attributes. Characters that XML 1.0 forbids become U+FFFD, and
 * direction overrides too, which could make a hostile name read as something else.
 */
function escapeMarkup(text: string): string {
  return text
    .replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char)
    .replace(FORBIDDEN, '\uFFFD')
    .replace(/\p{Surrogate}|[\uFFFE\uFFFF]/gu, '\uFFFD');
}

// oxlint-disable-next-line no-control-regex -- control characters are what this removes
const FORBIDDEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g;

function render(part: Part): string {
  if (part === null) return '';
  if (typeof part === 'string') return escapeMarkup(part);
  if (typeof part === 'number') return String(Number(part.toFixed(2)));
  return 'html' in part ? part.html : part.map(render).join('');
}

/** Template tag: every inserted string is escaped, numbers are rounded to hundredths, null is nothing. */
export function markup(literal: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { html: literal.reduce((text, piece, index) => text + render(parts[index - 1] ?? null) + piece) };
}

/** Keeps `4.81 s` on one line and marks `code` written between backticks. */
export function prose(text: string): Markup {
  const kept = text.replace(/(\d) (s|min|h|d|ms|%)(?![\w])/g, '$1\u00A0$2');
  return markup`${kept.split('`').map((piece, index) => (index % 2 === 1 ? markup`<code>${piece}</code>` : piece))}`;
}
