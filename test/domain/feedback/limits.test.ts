import { classify } from '../../../shared/domain/feedback/classify.ts';
import { isTooLarge } from '../../../shared/domain/feedback/limits.ts';
import { parse } from '../../../shared/domain/feedback/parse.ts';
import { defaultPolicy } from '../../../shared/domain/policy/policy.ts';
import { readFeedback } from '../../support/recipient-event.ts';
import { bounce, complaint } from '../../support/ses.ts';

const parseBody = (body: unknown) => parse({ id: '0', body }, {});
const parseJson = (message: unknown) => parseBody(JSON.stringify(message));

test('names and texts are measured, and a character for anything else', () => {
  const mebibyte = 1024 * 1024;
  const taking = (characters: number) => ({ ab: ['x'.repeat(characters - 7), null] });
  expect([isTooLarge(taking(mebibyte)), isTooLarge(taking(mebibyte + 1))]).toEqual([false, true]);
});

describe('bounds', () => {
  test('1 MiB is read, a byte more is not', () => {
    const size = (bytes: number) => {
      const [start = '', end = ''] = JSON.stringify({ ...bounce(), padding: '€' }).split('€');
      return `${start}${'x'.repeat(bytes - start.length - end.length)}${end}`;
    };
    expect(parseBody(size(1024 * 1024))).toMatchObject({ kind: 'feedback' });
    expect(parseBody(size(1024 * 1024 + 1))).toEqual({ kind: 'unreadable', reason: 'larger than 1 MiB' });
  });

  test('an object that Lambda has parsed already is held to it, too', () => {
    const object = (characters: number) => ({ ...bounce(), padding: ['x'.repeat(characters)] });
    expect(parseBody(object(1024 * 1024 - 2000))).toMatchObject({ kind: 'feedback' });
    expect(parseBody(object(1024 * 1024))).toEqual({ kind: 'unreadable', reason: 'larger than 1 MiB' });
    expect(parseBody({ ...bounce(), ['x'.repeat(1024 * 1024)]: 1 })).toMatchObject({ kind: 'unreadable' });
    const many = Array.from({ length: 1024 * 1024 }, () => 0);
    expect(parseBody({ ...bounce(), many })).toMatchObject({ kind: 'unreadable' });
  });

  test('the bound is in bytes, not in characters', () => {
    const padding = '€'.repeat(350_000);
    expect(parseJson({ ...bounce(), padding })).toEqual({ kind: 'unreadable', reason: 'larger than 1 MiB' });
  });

  test('64 levels are read, 65 are not', () => {
    const nested = (levels: number) => `{"eventType":"Open","x":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
    expect(parseBody(nested(64))).toMatchObject({ kind: 'ignored' });
    expect(parseBody(nested(65))).toEqual({ kind: 'unreadable', reason: 'nested deeper than 64 levels' });
    expect(parseBody('['.repeat(500_000))).toMatchObject({ kind: 'unreadable' });
  });

  test('ids and vocabulary of 256 characters are read, longer ones are not', () => {
    const long = 'x'.repeat(257);
    const fine = 'x'.repeat(256);
    expect(readFeedback(bounce({ mail: { messageId: fine }, subType: fine, type: fine })).mail.id).toBe(fine);
    for (const message of [
      bounce({ mail: { messageId: long } }),
      bounce({ type: long }),
      complaint({ feedbackType: long }),
    ]) {
      expect(parseJson(message)).toMatchObject({
        kind: 'unreadable',
        reason: expect.stringMatching(/must be at most 256 characters long$/),
      });
    }
  });

  test('names made to take long are read like any other', () => {
    const sourceArn = `${':identity/'.repeat(40_000)}\n`;
    const tags = { 'ses:tenant-name': Array.from({ length: 30_000 }, (_, i) => `é${i}`) };
    const event = readFeedback(bounce({ mail: { sourceArn }, tags }));
    expect(classify(event, defaultPolicy)[0]?.scopes).toHaveLength(8);
    const diagnosticCode = '5.7.'.repeat(200_000);
    const recipients = [{ emailAddress: 'ann@example.net', diagnosticCode }];
    expect(classify(readFeedback(bounce({ recipients })), defaultPolicy)).toMatchObject([{ class: 'hard' }]);
  });

  test('1,000 recipients are read, 1,001 are not', () => {
    const recipients = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ emailAddress: `a${i}@example.net` }));
    expect(readFeedback(bounce({ recipients: recipients(1000) })).recipients).toHaveLength(1000);
    expect(parseJson(bounce({ recipients: recipients(1001) }))).toEqual({
      kind: 'unreadable',
      reason: 'names more than 1000 recipients',
    });
  });
});
