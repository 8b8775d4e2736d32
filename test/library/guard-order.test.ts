import { type SESv2Client, SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import * as testing from '../../shared/suppression-list/testing.ts';
import { useSesCapture } from './ses-capture.ts';

const capture = useSesCapture();
const table = testing.createMemoryTable([
  'gone@example.net',
  { address: 'tenant@example.net', list: 'news', reason: 'manual' },
]);
const makeList = (list = 'account') => testing.createSuppressionList({ table, list });
const send = (client: SESv2Client, Destination: SendEmailCommandInput['Destination']) =>
  client.send(new SendEmailCommand({ FromEmailAddress: 'news@shop.example.com', Destination, Content: {} }));

test.each([
  ['news', 'account'],
  ['account', 'news'],
])('two lists can guard one client, %s before %s', async (first, second) => {
  const client = capture().client;
  makeList(second).guard(makeList(first).guard(client));
  await send(client, { ToAddresses: ['tenant@example.net', 'gone@example.net', 'bob@example.net'] });
  expect(capture().arrived.map(({ body }) => body.Destination)).toEqual([{ ToAddresses: ['bob@example.net'] }]);
});

test.each(['before', 'after'])(
  'a recipient that a middleware adds is checked, if the middleware is registered %s the guard',
  async (when) => {
    const client = capture().client;
    if (when === 'after') makeList().guard(client);
    client.middlewareStack.add(
      (next) => (args) => {
        const { Destination, ...input } = args.input as SendEmailCommandInput;
        const added = { ...input, Destination: { ...Destination, BccAddresses: ['gone@example.net'] } };
        return next({ ...args, input: added as never });
      },
      { step: 'initialize' },
    );
    if (when === 'before') makeList().guard(client);
    await send(client, { ToAddresses: ['bob@example.net'] });
    expect(capture().arrived.map(({ body }) => body.Destination)).toEqual([{ ToAddresses: ['bob@example.net'] }]);
  },
);
