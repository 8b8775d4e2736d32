/** Uses the whole API of the package and returns the results. The caller passes the modules, imported or required. */
module.exports = async function exercise({ library, testing, feedback, DynamoDBClient, nodemailer, event }) {
  const { TABLE: tableName, SNAPSHOT: snapshotFile } = process.env;
  const list = library.createSuppressionList({ tableName });
  const results = {};

  results.before = await list.isSuppressed('ann@example.net');
  await list.suppress('ann@example.net', { by: 'a test', note: 'to see' });
  results.suppressed = await list.isSuppressed('Ann@Example.net');
  results.released = await list.release('ann@example.net', { by: 'a test', note: 'to see' });
  results.after = await list.isSuppressed('ann@example.net');

  await list.suppress('bob@example.net', { by: 'a test', note: 'to see' });
  results.verdicts = (await list.filterSuppressed(['bob@example.net', 'carol@example.net', '?'])).map(
    ({ kind }) => kind,
  );
  const byOwnClient = library.createSuppressionList({ tableName, client: new DynamoDBClient() });
  results.byOwnClient = (await byOwnClient.check('bob@example.net')).reason;

  let middleware;
  list.guard({ config: { serviceId: 'SESv2' }, middlewareStack: { add: (added) => (middleware = added) } });
  const sent = [];
  const send = middleware(async ({ input }) => ({ output: sent.push(input.Destination) }), {
    commandName: 'SendEmailCommand',
  });
  await send({ input: { Destination: { ToAddresses: ['bob@example.net', 'carol@example.net'] } } });
  results.sent = sent;
  const refused = await send({ input: { Destination: { ToAddresses: ['bob@example.net'] } } }).catch((error) => error);
  results.refusedAs = classesOf(refused, 'AllRecipientsSuppressedError');

  const transporter = nodemailer.createTransport({ jsonTransport: true });
  transporter.use('stream', list.nodemailer());
  const to = ['bob@example.net', 'carol@example.net'];
  results.mailed = (await transporter.sendMail({ from: 'shop@example.com', to, text: 'Hi' })).envelope.to;

  const snapshot = await list.openSnapshot(snapshotFile);
  results.filtered = [];
  for await (const { kind } of snapshot.filter(['bob@example.net', 'carol@example.net'])) results.filtered.push(kind);

  const noTable = library.createSuppressionList({ tableName: 'none' });
  const failure = await noTable.isSuppressed('ann@example.net').catch((error) => error);
  results.failedAs = classesOf(failure, 'SuppressionStoreError');
  results.code = failure.code;

  const table = testing.createMemoryTable(['bounced@example.com']);
  const inMemory = testing.createSuppressionList({ table });
  results.inMemory = (await inMemory.check('Bounced@Example.com')).reason;
  table.fail(new Error('down'));
  results.failedInMemoryAs = classesOf(
    await inMemory.check('ann@example.com').catch((error) => error),
    'SuppressionStoreError',
  );

  const [rawMessage] = feedback.unwrapBatch(event).messages;
  const policy = feedback.readPolicy({});
  const [recipient] = feedback.classify(feedback.parse(feedback.unwrapMessage(rawMessage), {}).event, policy);
  const { record } = feedback.decide(undefined, recipient, policy, recipient.at);
  results.decided = [record.address, record.status, record.reason, feedback.isSuppressedAt(record, recipient.at)];
  return results;

  function classesOf(error, name) {
    return { entry: error instanceof library[name], testing: error instanceof testing[name] };
  }
};
