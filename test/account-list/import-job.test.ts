import { type AccountListFixture, useAccountListFixtures } from '../support/account-list.ts';
import { addresses, seed } from '../support/pending-records.ts';
import { bounce, complaint } from '../support/ses.ts';

const createFixture = useAccountListFixtures();

const operations = ({ home }: AccountListFixture) => home.calls.map(({ operation }) => operation);
const many = addresses(1001);

async function importedLines(fixture: AccountListFixture, index = 0) {
  const [bucket = '', ...key] = (fixture.home.jobs[index]?.s3Url ?? '').replace('s3://', '').split('/');
  const text = Buffer.from((await fixture.objects.read(bucket, key.join('/'))) ?? []).toString();
  expect(text.endsWith('\n')).toBe(true);
  return text.slice(0, -1).split('\n').sort();
}

test('a thousand addresses are synced one at a time; one more starts a job with a single file instead', async () => {
  const fixture = await createFixture();
  await seed(fixture, many.slice(0, 1000));
  await fixture.sync({ remaining: () => 1 });
  expect(operations(fixture)).toEqual(['PutSuppressedDestination']);
  await seed(fixture, ['z1@example.net'], { addressVariants: ['Z1@Example.net'] });
  await seed(fixture, ['z2@example.net'], { causes: { complaint: { since: 1, last: 1 } } });
  const [started] = await fixture.sync();
  expect(started).toMatchObject({ synced: 0, rejected: 0, pending: 1001, job: 'started with 1001 lines (PUT)' });
  expect(operations(fixture).slice(1)).toEqual(['CreateImportJob']);
  expect(fixture.home.jobs).toMatchObject([{ action: 'PUT', format: 'JSON' }]);
  const first = fixture.home.calls[0]?.address;
  const lines = many.slice(0, 1000).filter((address) => address !== first);
  expect(await importedLines(fixture)).toEqual(
    [
      ...lines.map((emailAddress) => JSON.stringify({ emailAddress, reason: 'BOUNCE' })),
      JSON.stringify({ emailAddress: 'Z1@Example.net', reason: 'BOUNCE' }),
      JSON.stringify({ emailAddress: 'z2@example.net', reason: 'COMPLAINT' }),
    ].sort(),
  );
  expect(Object.keys(await fixture.pendingRegions())).toHaveLength(1001);
  const [ended] = await fixture.sync();
  expect(ended).toEqual({
    kind: 'account-list',
    region: 'home',
    synced: 0,
    rejected: 0,
    pending: 0,
    oldestMs: 0,
    job: 'completed for 1001 addresses (PUT)',
  });
  expect(operations(fixture).slice(2)).toEqual(['GetImportJob']);
  expect(fixture.listed()).toHaveLength(1002);
  expect(await fixture.pendingRegions()).toEqual({});
  await fixture.sync();
  expect(operations(fixture)).toHaveLength(3);
});

test('while a job is running nothing else is synced; what has changed meanwhile is synced after it', async () => {
  const fixture = await createFixture();
  const { system, home } = fixture;
  const [released, again, worse, recased, ...rest] = many as [string, string, string, string, ...string[]];
  await seed(fixture, many);
  home.jobFault = 'stick';
  await fixture.sync();
  await fixture.release(released);
  await fixture.release(again);
  system.now += 1000;
  const sentAt = system.now;
  await fixture.deliver([
    bounce({ to: again, mailId: 'again', sentAt, at: sentAt }),
    complaint({ to: worse, mailId: 'worse', sentAt, at: sentAt }),
    bounce({ to: recased.toUpperCase(), mailId: 'recased', sentAt, at: sentAt }),
    bounce({ to: 'new@example.net', mailId: 'new', sentAt, at: sentAt }),
  ]);
  for (let run = 0; run < 3; run++) expect((await fixture.sync())[0]).toMatchObject({ synced: 0, pending: 1001 });
  expect(operations(fixture)).toEqual(['CreateImportJob', 'GetImportJob', 'GetImportJob', 'GetImportJob']);
  expect(fixture.listed()).toEqual([]);
  expect(Object.keys(await fixture.pendingRegions())).toHaveLength(1002);
  home.jobFault = undefined;
  const [entry] = await fixture.sync();
  expect(entry).toMatchObject({ synced: 4, pending: 0, job: 'completed for 1001 addresses (PUT)' });
  expect(
    home.calls
      .slice(5)
      .map(({ operation, address }) => `${operation} ${address}`)
      .sort(),
  ).toEqual([
    `DeleteSuppressedDestination ${released}`,
    `PutSuppressedDestination ${again}`,
    `PutSuppressedDestination ${worse}`,
    'PutSuppressedDestination new@example.net',
  ]);
  expect(fixture.listed()).toEqual(
    [...[again, recased, ...rest, 'new@example.net'].map((one) => `${one} BOUNCE`), `${worse} COMPLAINT`].sort(),
  );
  expect(await fixture.pendingRegions()).toEqual({});
});

test('lines that SES rejects are synced one at a time, and each is logged once, masked', async () => {
  const fixture = await createFixture();
  await seed(fixture, ['jürgen@example.net'], { causes: { hard: { since: 1, last: 1 } } });
  await seed(fixture, ['søren@example.net', ...many]);
  await fixture.sync();
  const [entry] = await fixture.sync();
  expect(entry).toMatchObject({
    synced: 0,
    rejected: 2,
    pending: 0,
    job: 'completed for 1003 addresses (PUT); failed lines: 2 (synced one at a time)',
  });
  expect(fixture.logEntries.filter(({ kind }) => kind === 'rejected')).toEqual([
    { kind: 'rejected', region: 'home', address: 'j***@example.net', reason: 'BadRequestException' },
    { kind: 'rejected', region: 'home', address: 's***@example.net', reason: 'BadRequestException' },
  ]);
  expect(fixture.listed()).toHaveLength(1001);
  expect(await fixture.pendingRegions()).toEqual({});
});

describe('with more addresses to delete than to put', () => {
  const block = (until: number) => ({ causes: { 'policy-block': { since: 1, last: 1, until } } });

  test('the job deletes all variants first; then failed lines and the addresses to put are synced one at a time', async () => {
    const fixture = await createFixture();
    const { system, home } = fixture;
    const blocked = addresses(900, 'b');
    await seed(fixture, blocked, block(system.now - 1));
    await seed(fixture, ['dan@example.net'], {
      ...block(system.now - 1),
      addressVariants: ['DAN@example.net', 'Dan@example.net'],
    });
    await seed(fixture, addresses(200, 'later'), block(system.now + 3_600_000));
    await seed(fixture, many.slice(0, 300));
    for (const emailAddress of [
      ...blocked.slice(1),
      'dan@example.net',
      'DAN@example.net',
      'Dan@example.net',
      'Else@example.net',
    ])
      home.list.set(emailAddress, { emailAddress, reason: 'BOUNCE', lastUpdateTime: system.now });
    expect((await fixture.sync())[0]).toMatchObject({ pending: 1001, job: 'started with 903 lines (DELETE)' });
    expect(await importedLines(fixture)).toHaveLength(903);
    const [entry] = await fixture.sync();
    expect(entry?.job).toBe('completed for 901 addresses (DELETE); failed lines: 1 (synced one at a time)');
    expect(home.jobs).toHaveLength(1);
    for (let run = 0; run < 6; run++) await fixture.sync();
    const later = addresses(200, 'later');
    expect(fixture.listed()).toEqual(['Else@example.net', ...many.slice(0, 300)].map((one) => `${one} BOUNCE`).sort());
    expect(Object.keys(await fixture.pendingRegions()).sort()).toEqual(later.sort());
  });

  test('a file has at most ten thousand lines to delete, and either all or none of an address', async () => {
    const fixture = await createFixture();
    const { system } = fixture;
    const addressVariants = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'].map((letter) => `${letter}@example.net`);
    await seed(fixture, addresses(1200, 'b'), { ...block(system.now - 1), addressVariants });
    expect((await fixture.sync())[0]).toMatchObject({ job: 'started with 9999 lines (DELETE)' });
    const perAddress = (await importedLines(fixture)).filter((line) => line.includes('"b'));
    expect(perAddress).toHaveLength(1111);
  });

  test('an address variant that becomes known while a job deletes the others is deleted after it', async () => {
    const fixture = await createFixture();
    const { system, home } = fixture;
    const blocked = addresses(1001, 'b');
    await seed(fixture, blocked, block(system.now - 1));
    for (const emailAddress of [...blocked, 'B0@example.net'])
      home.list.set(emailAddress, { emailAddress, reason: 'BOUNCE', lastUpdateTime: system.now });
    await fixture.sync();
    await fixture.deliver([bounce({ to: 'B0@example.net', mailId: 'b0', status: '4.2.2', type: 'Transient' })]);
    await fixture.sync();
    expect(fixture.listed()).toEqual([]);
    expect(await fixture.pendingRegions()).toEqual({});
  });
});
