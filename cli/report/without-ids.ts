// Generated ids count up during the life of the process, and the same report must give the same page. They are for
// hovering and clipping, which the page does not use. The pattern cannot match in a text of the report, where quotes
// and angle brackets are escaped.
const generated = / (?:class|clip-path|ecmeta_\w+)="[^"]*"|<(defs|style) ?>.*?<\/\1>/gs;

/** Returns a chart without what the library generates for hovering and clipping, so that the same data gives the same text. */
export function withoutIds(svg: string): string {
  return svg.replace(generated, '');
}
