import { readAnswer } from '../verdict/read-answer.ts';
import { verdictOnAnswer } from '../verdict/verdict.ts';

/**
 * Returns the words of a report that say why an email to one address failed: those that quote the answer of a server, or else the paragraph that
 * names the address. Prose further away may be about anything.
 *
 * @param section the lines from the address up to the next one
 * @param notice the whole text, with an answer in front of the address in some reports
 */
export function chooseWords(section: string, notice: string): string | undefined {
  const [start, beginning] = [section.slice(0, maxWords), notice.slice(0, maxWords)];
  const near = firstParagraph(start).replace(label, '');
  const texts = [...[near, start].filter(quotesAnswer), near, ...[beginning].filter(quotesAnswer)].map(plainAnswer);
  const chosen = texts.find((text) => verdictOnAnswer(readAnswer({ diagnosticCode: text })).fault !== 'unknown');
  return (chosen ?? near).trim() || undefined;
}

/** An answer further down is not about this address. Bounds the work for each of many recipients. */
const maxWords = 4096;

/** Returns the first paragraph, and the next ones as long as they only name the address: `a@b.example`, `because:`. */
function firstParagraph(section: string): string {
  const paragraphs = section.split(/\n\s*\n/, 4).map((text) => text.trim());
  const said = paragraphs.findIndex((_, index) => !isBare(paragraphs.slice(0, index + 1).join(' ')));
  return paragraphs.slice(0, said + 1 || paragraphs.length).join('\n');
}

const minLetters = 12;

function isBare(text: string): boolean {
  const words = text.replace(/\S{1,256}@\S{1,256}/g, '');
  return words.replace(/[^\p{L}]/gu, '').length < minLetters;
}

/** What introduces an address, and says nothing about it. */
const label =
  /^\W*(?:(?:final |original )?recipients?(?: address)?|rcpt to|to|address|user|for) ?: ?(?=<?[^\s<>]{1,64}@)/i;

/** A reply code or an enhanced status, where an answer begins. */
function quotesAnswer(text: string): boolean {
  return /(?:^|[\s:<(#])[45]\d\d[ -]|(?:^|[\s#(])[45]\.\d{1,3}\.\d{1,3}\b/m.test(text);
}

/** qmail says in its own words what the server refused. The answer alone, to a wrong HELO name, would be about the recipient. */
function plainAnswer(text: string): string {
  const last = text.replace(/\(Other MXes tried: [^)]{0,2000}\)/, '');
  return /\bbut (?:my name|sender) was rejected\b/.test(last) ? last.replace('Remote host said:', ' ') : last;
}
