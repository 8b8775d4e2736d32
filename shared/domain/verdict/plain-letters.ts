// cspell:ignore łøđıßæœ
/** Letters that Unicode does not divide into a letter and an accent. */
const letters: Readonly<Record<string, string>> = { ł: 'l', ø: 'o', đ: 'd', ı: 'i', ß: 'ss', æ: 'ae', œ: 'oe' };

/** Returns a text without accents, because many servers leave them out, and with ASCII apostrophes. */
export function plainLetters(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/[łøđıßæœ]/gi, (letter) => letters[letter.toLowerCase()] ?? letter);
}
