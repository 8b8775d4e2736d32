import { isObject } from '../domain/is-object.ts';
import { formatNotice } from '../domain/reputation/format-notice.ts';
import { headline } from '../domain/reputation/headline.ts';
import type { Notice } from '../domain/reputation/notice.ts';

/** The parts of a notice for people. */
export type NoticeText = {
  readonly headline: string;
  /** What follows, paragraph by paragraph. */
  readonly paragraphs: readonly string[];
  readonly status: Notice['to'];
};

/**
 * Reads a notice from the message that SNS delivers to Lambda, SQS and HTTPS subscriptions of the alarm topic.
 *
 * @throws TypeError if it is not a notice of ses-feedback
 */
export function readAlarmNotice(message: string): NoticeText {
  const notice = parse(message);
  const [first = '', ...others] = formatNotice(notice).trimEnd().split('\n\n');
  const [, ...rest] = first.split('\n');
  return {
    headline: headline(notice),
    paragraphs: [rest.join('\n'), ...others].filter((text) => text !== ''),
    status: notice.to,
  };
}

const expected = ['id', 'rule', 'scope', 'kind', 'to', 'at'] as const;

function parse(message: string): Notice {
  let content: unknown;
  try {
    content = JSON.parse(message);
  } catch {
    content = undefined;
  }
  if (!isObject(content) || expected.some((name) => typeof content[name] !== 'string'))
    throw new TypeError(
      'This is not a notice of ses-feedback. Pass the message of the alarm topic as Lambda, SQS or HTTPS receives it.',
    );
  return content as unknown as Notice;
}
