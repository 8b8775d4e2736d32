import { readAlarmNotice } from './read-notice.ts';

/** A text that Slack shows as it is, without markup. */
export type SlackText = {
  /** No markup: scopes are named by applications. */
  readonly type: 'plain_text';
  /** The text. */
  readonly text: string;
  /** Colons are no emoji. */
  readonly emoji: false;
};

/** A message for an incoming webhook of Slack, or for `chat.postMessage`. */
export type SlackMessage = {
  /** For notifications, and where blocks cannot be shown. */
  readonly text: string;
  /** @see https://docs.slack.dev/reference/block-kit/blocks */
  readonly blocks: readonly SlackBlock[];
};

/** One block of a message: the headline, or a paragraph. */
export type SlackBlock = {
  /** `header`: the headline. `section`: a paragraph. */
  readonly type: 'header' | 'section';
  /** At most 150 characters in a header, and 3,000 in a section. */
  readonly text: SlackText;
};

/** Limits of Slack, in characters and blocks. */
const limits = { header: 150, section: 3000, blocks: 50 };

/**
 * Converts a notice to a message for Slack.
 *
 * @param message the message of the alarm topic, as Lambda, SQS and HTTPS subscriptions receive it
 * @throws TypeError if it is not a notice
 * @example
 * const notice = '…'; // the message of the topic
 * await fetch('https://webhook.example/…', { method: 'POST', body: JSON.stringify(toSlackMessage(notice)) });
 */
export function toSlackMessage(message: string): SlackMessage {
  const { headline, paragraphs } = readAlarmNotice(message);
  const sections = paragraphs.slice(0, limits.blocks - 1).map((text) => ({
    type: 'section' as const,
    text: plain(text, limits.section),
  }));
  // Slack reads this text as markup: https://docs.slack.dev/messaging/formatting-message-text
  const escaped = headline.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
  return { text: escaped, blocks: [{ type: 'header', text: plain(headline, limits.header) }, ...sections] };
}

function plain(text: string, maxLength: number): SlackText {
  const shortened = text.length > maxLength ? `${text.slice(0, maxLength - 1).toWellFormed()}…` : text;
  return { type: 'plain_text', text: shortened, emoji: false };
}
