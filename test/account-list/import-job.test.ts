import { type AccountListWorld, useAccountListWorlds } from '../support/account-list.ts';
import { addresses, seed } from '../support/pending-records.ts';
import { bounce, complaint } from '../support/ses.ts';

const createWorld = useAccountListWorlds();

const operations = ({ home }: AccountListWorld) => home.calls.map(({ operation }) => operation);
const many = addresses(1001);

async function fileOf(world: AccountListWorld, index = 0) {
  const [bucket = '', ...key] = (world.home.jobs[index]?.s3Url ?? '').replace('s3://', '').split('/');
  const text = Buffer.from((await world.objects.read(bucket, key.join('/'))) ?? []).toString();
  expect(text.endsWith('\n')).toBe(true);
  return text.slice(0, -1).split('\n').sort();
}

test('a thousand are told one by one; with one more a job is started, of one file, and nothing else is told', async () => {
  const world = await createWorld();
  await seed(world, many.slice(0, 1000));
  await world.drain({ remaining: () => 1 });
  expect(operations(world)).toEqual(['PutSuppressedDestination']);
  await seed(world, ['z1@example.net'], { addressVariants: ['Z1@Example.net'] });
  await seed(world, ['z2@example.net'], { causes: { complaint: { since: 1, last: 1 } } });
  const [started] = await world.drain();
  expect(started).toMatchObject({ told: 0, refused: 0, left: 1001, job: '1001 lines, PUT' });
  expect(operations(world).slice(1)).toEqual(['CreateImportJob']);
  expect(world.home.jobs).toMatchObject([{ action: 'PUT', format: 'JSON' }]);
  const first = world.home.calls[0]?.address;
  const lines = many.slice(0, 1000).filter((address) => address !== first);
  expect(await fileOf(world)).toEqual(
    [
      ...lines.map((emailAddress) => JSON.stringify({ emailAddress, reason: 'BOUNCE' })),
      JSON.stringify({ emailAddress: 'Z1@Example.net', reason: 'BOUNCE' }),
      JSON.stringify({ emailAddress: 'z2@example.net', reason: 'COMPLAINT' }),
    ].sort(),
  );
  expect(Object.keys(await world.marks())).toHaveLength(1001);
  const [ended] = await world.drain();
  expect(ended).toEqual({
    kind: 'account-list',
    region: 'home',
    told: 0,
    refused: 0,
    left: 0,
    oldest: 0,
    job: '1001 addresses, PUT',
  });
  expect(operations(world).slice(2)).toEqual(['GetImportJob']);
  expect(world.listed()).toHaveLength(1002);
  expect(await world.marks()).toEqual({});
  await world.drain();
  expect(operations(world)).toHaveLength(3);
});

test('while a job is running nothing else is told and no mark goes; what has changed meanwhile is told after it', async () => {
  const world = await createWorld();
  const { system, home } = world;
  const [released, again, worse, respelled, ...rest] = many as [string, string, string, string, ...string[]];
  await seed(world, many);
  home.jobFault = 'stick';
  await world.drain();
  await world.letGo(released);
  await world.letGo(again);
  system.now += 1000;
  const sentAt = system.now;
  await world.deliver([
    bounce({ to: again, mailId: 'again', sentAt, at: sentAt }),
    complaint({ to: worse, mailId: 'worse', sentAt, at: sentAt }),
    bounce({ to: respelled.toUpperCase(), mailId: 'respelled', sentAt, at: sentAt }),
    bounce({ to: 'new@example.net', mailId: 'new', sentAt, at: sentAt }),
  ]);
  for (let run = 0; run < 3; run++) expect((await world.drain())[0]).toMatchObject({ told: 0, left: 1001 });
  expect(operations(world)).toEqual(['CreateImportJob', 'GetImportJob', 'GetImportJob', 'GetImportJob']);
  expect(world.listed()).toEqual([]);
  expect(Object.keys(await world.marks())).toHaveLength(1002);
  home.jobFault = undefined;
  const [entry] = await world.drain();
  expect(entry).toMatchObject({ told: 4, left: 0, job: '1001 addresses, PUT' });
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
  expect(world.listed()).toEqual(
    [...[again, respelled, ...rest, 'new@example.net'].map((one) => `${one} BOUNCE`), `${worse} COMPLAINT`].sort(),
  );
  expect(await world.marks()).toEqual({});
});

test('lines SES does not take are told one by one, and reported, each masked and once', async () => {
  const world = await createWorld();
  await seed(world, ['jürgen@example.net'], { causes: { hard: { since: 1, last: 1 } } });
  await seed(world, ['søren@example.net', ...many]);
  await world.drain();
  const [entry] = await world.drain();
  expect(entry).toMatchObject({
    told: 0,
    refused: 2,
    left: 0,
    job: '1003 addresses, PUT; 2 that SES did not take are told one by one',
  });
  expect(world.entries.filter(({ kind }) => kind === 'refused')).toEqual([
    { kind: 'refused', region: 'home', address: 'j***@example.net', reason: 'BadRequestException' },
    { kind: 'refused', region: 'home', address: 's***@example.net', reason: 'BadRequestException' },
  ]);
  expect(world.listed()).toHaveLength(1001);
  expect(await world.marks()).toEqual({});
});

describe('more to be deleted than to be put', () => {
  const block = (until: number) => ({ causes: { 'policy-block': { since: 1, last: 1, until } } });

  test('the deletes go first, in all spellings; what was not there is told one by one; then the rest', async () => {
    const world = await createWorld();
    const { system, home } = world;
    const blocked = addresses(900, 'b');
    await seed(world, blocked, block(system.now - 1));
    await seed(world, ['dan@example.net'], {
      ...block(system.now - 1),
      addressVariants: ['DAN@example.net', 'Dan@example.net'],
    });
    await seed(world, addresses(200, 'later'), block(system.now + 3_600_000));
    await seed(world, many.slice(0, 300));
    for (const emailAddress of [
      ...blocked.slice(1),
      'dan@example.net',
      'DAN@example.net',
      'Dan@example.net',
      'Else@example.net',
    ])
      home.list.set(emailAddress, { emailAddress, reason: 'BOUNCE', lastUpdateTime: system.now });
    expect((await world.drain())[0]).toMatchObject({ left: 1001, job: '903 lines, DELETE' });
    expect(await fileOf(world)).toHaveLength(903);
    const [entry] = await world.drain();
    expect(entry?.job).toBe('901 addresses, DELETE; 1 that SES did not take are told one by one');
    expect(home.jobs).toHaveLength(1);
    for (let run = 0; run < 6; run++) await world.drain();
    const later = addresses(200, 'later');
    expect(world.listed()).toEqual(['Else@example.net', ...many.slice(0, 300)].map((one) => `${one} BOUNCE`).sort());
    expect(Object.keys(await world.marks()).sort()).toEqual(later.sort());
  });

  test('a file holds ten thousand lines to delete at most, and all of an address or nothing', async () => {
    const world = await createWorld();
    const { system } = world;
    const addressVariants = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'].map((letter) => `${letter}@example.net`);
    await seed(world, addresses(1200, 'b'), { ...block(system.now - 1), addressVariants });
    expect((await world.drain())[0]).toMatchObject({ job: '9999 lines, DELETE' });
    const perAddress = (await fileOf(world)).filter((line) => line.includes('"b'));
    expect(perAddress).toHaveLength(1111);
  });

  test('a spelling that comes to be known while a job is deleting the others is deleted after it', async () => {
    const world = await createWorld();
    const { system, home } = world;
    const blocked = addresses(1001, 'b');
    await seed(world, blocked, block(system.now - 1));
    for (const emailAddress of [...blocked, 'B0@example.net'])
      home.list.set(emailAddress, { emailAddress, reason: 'BOUNCE', lastUpdateTime: system.now });
    await world.drain();
    await world.deliver([bounce({ to: 'B0@example.net', mailId: 'b0', status: '4.2.2', type: 'Transient' })]);
    await world.drain();
    expect(world.listed()).toEqual([]);
    expect(await world.marks()).toEqual({});
  });
});
