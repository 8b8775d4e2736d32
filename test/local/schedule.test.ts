import { SendEmailCommand } from '@aws-sdk/client-sesv2';
import { type LocalStack, startLocalStack } from '../../local/local-stack.ts';
import { startSchedule } from '../../local/schedule.ts';
import { createEmailClient } from '../e2e/aws-ports.ts';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack({ ses: { callsPerSecond: Number.POSITIVE_INFINITY } });
});
afterAll(() => stack.close());

test('the scheduled functions add a bounced address to the SES list, and announce that AWS reviews the account', async () => {
  stack.ses.mailboxes['ann@example.net'] = 'bounce';
  // SES itself does not add the address here.
  stack.ses.account.suppressedReasons = ['COMPLAINT'];
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

  const printed: string[] = [];
  const schedule = startSchedule(stack, (text) => printed.push(text), 50);
  const expected = [/^SES account suppression list: 1 synced$/, /^APPROACHING: .*review/];
  await vi.waitFor(() => expect(expected.filter((line) => !printed.some((text) => line.test(text)))).toEqual([]), {
    timeout: 20_000,
  });
  await schedule.stop();
  expect([...stack.ses.list.values()].map(({ emailAddress }) => emailAddress)).toEqual(['ann@example.net']);
});
