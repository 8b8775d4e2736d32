import type { Address } from '../address.ts';
import { locateAddresses } from './find-addresses.ts';

/** An address in the words of a report, and the lines about it: up to the next address, or to the end. */
export type NamedInNotice = { readonly address: Address; readonly words: string };

/** What is known beside the words, to tell the recipients from the other addresses that a report names. */
export type KnownAddresses = {
  /** Whom the email was sent to, as far as the report shows it. */
  readonly recipients: readonly Address[];
  /** The sender of the email, and the author and addressees of the report. */
  readonly others: readonly Address[];
};

type Mention = { readonly address: Address; readonly line: number; readonly weight: number };

/** Words in front of an address that is not a recipient. */
const ofAnother =
  /(?:\bfrom|sender|reply-to|return-path|\bby|contact|e-?mail us|\bcc|administrator|postmaster|helo|subject|message-id|write to|original message to|in-reply-to|help)\W{0,12}$/i;

/** Words in front of a recipient. */
const ofRecipient =
  /(?:rcpt to|recipient(?:s|\(s\))?|\bto|\buser|address(?:es|\(es\))?|mailbox|account|\bfor|alias|宛先|受信者)\W{0,12}$/i;

/** What a line begins with before the address that it is about: marks, a name, or nothing. */
const opening = /^[\s>*•·\-"'([]*(?:[^<>@:]{0,60}<(?:mailto:)?|(?:rfc822|smtp)[;:] ?|<?mailto:|<)?$/i;

/**
 * Finds the recipients that a report names in its words.
 *
 * @param minWeight how clearly an address must be named: 1 anywhere, 2 after a word such as `recipient`, 3 at the start of a line
 */
export function findRecipients(notice: string, { recipients, others }: KnownAddresses, minWeight = 1): NamedInNotice[] {
  const lines = notice.split('\n');
  const mailed = new Set(recipients.map(({ key }) => key));
  const unlikely = new Set(others.map(({ key }) => key).filter((key) => !mailed.has(key)));
  const all = lines.flatMap(mentionsIn);
  for (const { address, weight } of all) if (weight < 0 && !mailed.has(address.key)) unlikely.add(address.key);
  const mentions = all
    .filter(({ address: { key } }) => !unlikely.has(key) && !/^(?:mailer-daemon|postmaster)@/.test(key))
    .map((mention) => (mailed.has(mention.address.key) ? { ...mention, weight: mention.weight + 2 } : mention));
  const best = mentions.reduce((most, { weight }) => Math.max(most, weight), 0);
  const least = Math.max(Math.min(best, 3), minWeight);
  const firsts = firstOfEach(mentions.filter(({ weight }) => weight >= least));
  return firsts.map(({ address, line }, index) => ({
    address,
    words: lines.slice(line, firsts[index + 1]?.line === line ? line + 1 : firsts[index + 1]?.line).join('\n'),
  }));
}

function firstOfEach(mentions: readonly Mention[]): Mention[] {
  const byKey = new Map<string, Mention>();
  for (const mention of mentions) if (!byKey.has(mention.address.key)) byKey.set(mention.address.key, mention);
  return [...byKey.values()];
}

/** What stands in front of an address is at most this long, so that a long line takes linear time. */
const maxBefore = 120;

function mentionsIn(text: string, line: number): Mention[] {
  return locateAddresses(text).map(({ address, index }, position) => ({
    address,
    line,
    weight: weightOf(text.slice(Math.max(0, index - maxBefore), index), position === 0 && index <= maxBefore),
  }));
}

function weightOf(before: string, isFirst: boolean): number {
  if (ofAnother.test(before)) return -1;
  if (isFirst && opening.test(before)) return 3;
  return ofRecipient.test(before) ? 2 : 1;
}
