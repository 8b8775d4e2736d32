import { SendEmailCommand } from '@aws-sdk/client-sesv2';
import { type LocalStack, startLocalStack } from '../../local/local-stack.ts';
import { startSchedule } from '../../local/schedule.ts';
import { createSuppressionList } from '../../shared/suppression-list/index.ts';
import { createEmailClient } from '../e2e/aws-ports.ts';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack({ ses: { callsPerSecond: Number.POSITIVE_INFINITY } });
});
afterAll(() => stack.close());

test('the scheduled functions add a manual suppression to the SES list, and announce that AWS reviews the account', async () => {
  stack.ses.mailboxes['ann@example.net'] = 'bounce';
  stack.ses.account.enforcementStatus = 'PROBATION';
  const client = createEmailClient({ endpoint: stack.endpoints.ses, region: stack.region });
  await client.send(
    new SendEmailCommand({
      FromEmailAddress: `news@${stack.identity}`,
      Destination: { ToAddresses: ['ann@example.net'] },
      Content: { Simple: { Subject: { Data: 'Hello' }, Body: { Text: { Data: 'Hello' } } } },
    }),
  );
  client.destroy();
  await vi.waitFor(() => expect(stack.ses.sent).toHaveLength(1));
  await stack.waitUntilIdle();
  const list = createSuppressionList({ tableName: stack.tables.suppressionsTable });
  await list.suppress('bob@example.net', { by: 'ops', note: 'asked by phone' });

  const printed: string[] = [];
  const schedule = startSchedule(stack, (text) => printed.push(text), 50);
  const expected = [/^SES account suppression list: 1 synced$/, /^APPROACHING: .*review/];
  await vi.waitFor(() => expect(expected.filter((line) => !printed.some((text) => line.test(text)))).toEqual([]), {
    timeout: 20_000,
  });
  await schedule.stop();
  expect([...stack.ses.list.values()].map(({ emailAddress, reason }) => [emailAddress, reason])).toEqual([
    // SES has listed the bounce itself.
    ['ann@example.net', 'BOUNCE'],
    ['bob@example.net', 'COMPLAINT'],
  ]);
});
