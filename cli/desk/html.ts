import { sanitize } from '../io/sanitize.ts';

/** HTML whose texts are escaped. Only {@link html} and {@link trusted} make it. */
export type Html = { readonly html: string };

type Value = string | number | false | undefined | Html | readonly Html[];

/**
 * Builds HTML from a template. Texts are escaped, and invisible or reordering characters in them are shown as codes; nested HTML and lists of it are
 * kept; `false` and `undefined` add nothing.
 *
 * @example html`<p title="${note}">${note}</p>`
 */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return { html: parts.reduce((text, part, index) => text + render(values[index - 1]) + part) };
}

/** Marks text as HTML that needs no escaping, such as a chart. */
export function trusted(text: string): Html {
  return { html: text };
}

function render(value: Value): string {
  if (value === undefined || value === false) return '';
  if (typeof value === 'object') return 'html' in value ? value.html : value.map((one) => one.html).join('');
  return escapeText(String(value));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeText(text: string): string {
  // Line breaks are kept for texts that are shown as they are.
  const visible = text.split('\n').map(sanitize).join('\n');
  return visible.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
