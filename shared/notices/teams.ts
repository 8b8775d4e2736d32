import { readAlarmNotice } from './read-notice.ts';

type TextRun = {
  readonly type: 'TextRun';
  readonly text: string;
  readonly weight?: 'Bolder';
  readonly size?: 'Large';
  readonly color?: 'Attention' | 'Warning' | 'Good';
};

/** A message for a webhook of Microsoft Teams (Workflows): an Adaptive Card. */
export type TeamsMessage = {
  /** What Workflows expects. */
  readonly type: 'message';
  /** One card. */
  readonly attachments: readonly [TeamsAttachment];
};

/** A card in a message. */
export type TeamsAttachment = {
  /** An Adaptive Card. */
  readonly contentType: 'application/vnd.microsoft.card.adaptive';
  /** The card, version 1.4. @see https://adaptivecards.io/explorer/AdaptiveCard.html */
  readonly content: Readonly<Record<string, unknown>>;
};

const colors = { critical: 'Attention', approaching: 'Warning', ok: 'Good' } as const;
/** Teams accepts 28 KB for a message. */
const maxTextLength = 20_000;

/**
 * Converts a notice to a message for Microsoft Teams. Rich text has no markup: scopes are named by applications.
 *
 * @param message the message of the alarm topic, as Lambda, SQS and HTTPS subscriptions receive it
 * @throws TypeError if it is not a notice
 * @see https://adaptivecards.io/explorer/RichTextBlock.html
 * @example
 * const notice = '…'; // the message of the topic
 * await fetch('https://webhook.example/…', { method: 'POST', body: JSON.stringify(toTeamsMessage(notice)) });
 */
export function toTeamsMessage(message: string): TeamsMessage {
  const { headline, paragraphs, status } = readAlarmNotice(message);
  let left = maxTextLength;
  const texts = paragraphs.flatMap((text) => {
    const kept = text.slice(0, Math.max(0, left)).toWellFormed();
    left -= kept.length;
    return kept === '' ? [] : kept;
  });
  const title: TextRun = {
    type: 'TextRun',
    text: headline.slice(0, 1000),
    weight: 'Bolder',
    size: 'Large',
    color: colors[status],
  };
  const body = [[title], ...texts.map((text): TextRun[] => [{ type: 'TextRun', text }])];
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          fallbackText: headline.slice(0, 1000),
          msteams: { width: 'Full' },
          body: body.map((inlines) => ({ type: 'RichTextBlock' as const, inlines })),
        },
      },
    ],
  };
}
