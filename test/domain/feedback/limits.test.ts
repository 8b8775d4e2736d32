import { classify } from '../../../shared/domain/feedback/classify.ts';
import { unwrapMessage } from '../../../shared/domain/feedback/envelope.ts';
import { isTooLarge } from '../../../shared/domain/feedback/limits.ts';
import { parse } from '../../../shared/domain/feedback/parse.ts';
import { defaultPolicy } from '../../../shared/domain/policy/policy.ts';
import { readFeedback } from '../../support/recipient-event.ts';
import { bounce, complaint } from '../../support/ses.ts';

const parseBody = (body: unknown) => parse(unwrapMessage({ id: '0', body }), {});
const parseJson = (message: unknown) => parseBody(JSON.stringify(message));

test('the size is the length of all names and texts, plus one character for any other value', () => {
  const mebibyte = 1024 * 1024;
  const ofSize = (characters: number) => ({ ab: ['x'.repeat(characters - 7), null] });
  expect([isTooLarge(ofSize(mebibyte)), isTooLarge(ofSize(mebibyte + 1))]).toEqual([false, true]);
});

describe('limits', () => {
  test('a message of 1 MiB is parsed, and one more byte makes it unreadable', () => {
    const ofSize = (bytes: number) => {
      const [start = '', end = ''] = JSON.stringify({ ...bounce(), padding: '€' }).split('€');
      return `${start}${'x'.repeat(bytes - start.length - end.length)}${end}`;
    };
    expect(parseBody(ofSize(1024 * 1024))).toMatchObject({ kind: 'feedback' });
    expect(parseBody(ofSize(1024 * 1024 + 1))).toEqual({ kind: 'unreadable', reason: 'larger than 1 MiB' });
  });

  test('the same limit applies to an object that Lambda has parsed', () => {
    const object = (characters: number) => ({ ...bounce(), padding: ['x'.repeat(characters)] });
    expect(parseBody(object(1024 * 1024 - 2000))).toMatchObject({ kind: 'feedback' });
    expect(parseBody(object(1024 * 1024))).toEqual({ kind: 'unreadable', reason: 'larger than 1 MiB' });
    expect(parseBody({ ...bounce(), ['x'.repeat(1024 * 1024)]: 1 })).toMatchObject({ kind: 'unreadable' });
    const many = Array.from({ length: 1024 * 1024 }, () => 0);
    expect(parseBody({ ...bounce(), many })).toMatchObject({ kind: 'unreadable' });
  });

  test('the limit is in bytes, not in characters', () => {
    const padding = '€'.repeat(350_000);
    expect(parseJson({ ...bounce(), padding })).toEqual({ kind: 'unreadable', reason: 'larger than 1 MiB' });
  });

  test('64 levels are parsed, and 65 make the message unreadable', () => {
    const nested = (levels: number) => `{"eventType":"Open","x":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
    expect(parseBody(nested(64))).toMatchObject({ kind: 'ignored' });
    expect(parseBody(nested(65))).toEqual({ kind: 'unreadable', reason: 'nested deeper than 64 levels' });
    expect(parseBody('['.repeat(500_000))).toMatchObject({ kind: 'unreadable' });
  });

  test('an object that Lambda has parsed can be nested so deep that measuring it would exceed the stack', () => {
    let body: unknown = {};
    for (let level = 0; level < 100_000; level++) body = { x: body };
    expect(parseBody(body)).toEqual({ kind: 'unreadable', reason: 'nested deeper than 64 levels' });
  });

  test('ids and words of 256 characters are parsed, and longer ones make the message unreadable', () => {
    const tooLong = 'x'.repeat(257);
    const longest = 'x'.repeat(256);
    expect(readFeedback(bounce({ mail: { messageId: longest }, subType: longest, type: longest })).mail.id).toBe(
      longest,
    );
    for (const message of [
      bounce({ mail: { messageId: tooLong } }),
      bounce({ type: tooLong }),
      complaint({ feedbackType: tooLong }),
    ]) {
      expect(parseJson(message)).toMatchObject({
        kind: 'unreadable',
        reason: expect.stringMatching(/must be at most 256 characters long$/),
      });
    }
  });

  test('names crafted to slow down a pattern are parsed like any other', () => {
    const sourceArn = `${':identity/'.repeat(40_000)}\n`;
    const tags = { 'ses:tenant-name': Array.from({ length: 30_000 }, (_, i) => `é${i}`) };
    const event = readFeedback(bounce({ mail: { sourceArn }, tags }));
    expect(classify(event, defaultPolicy)[0]?.scopes).toHaveLength(8);
    const diagnosticCode = '5.7.'.repeat(200_000);
    const recipients = [{ emailAddress: 'ann@example.net', diagnosticCode }];
    expect(classify(readFeedback(bounce({ recipients })), defaultPolicy)).toMatchObject([{ class: 'hard' }]);
  });

  test('1,000 recipients are parsed, and 1,001 make the message unreadable', () => {
    const recipients = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ emailAddress: `a${i}@example.net` }));
    expect(readFeedback(bounce({ recipients: recipients(1000) })).recipients).toHaveLength(1000);
    expect(parseJson(bounce({ recipients: recipients(1001) }))).toEqual({
      kind: 'unreadable',
      reason: 'names more than 1000 recipients',
    });
  });
});
