const entities = new Map(Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', commat: '@' }));

/** Returns the words of an HTML text, with a line for each block, for rules that look for words. */
export function htmlToText(html: string): string {
  return html
    .replace(/<(?:style|script|title)\b[^<>]{0,2000}>[^<]*/gi, ' ')
    .replace(/<(?:br|\/?(?:p|div|tr|li|ul|ol|table|h\d|blockquote|pre|td|th))\b[^<>]{0,2000}>/gi, '\n')
    .replace(/<[/!a-z][^<>]{0,2000}>/gi, '')
    .replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{1,10}));/gi, (entity, decimal, hex, name) => {
      if (name !== undefined) return entities.get(name.toLowerCase()) ?? entity;
      const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : entity;
    })
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n[ \n]*/g, '\n');
}
