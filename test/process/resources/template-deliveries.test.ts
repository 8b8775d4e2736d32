import { type PackagedTemplate, packageTemplate, permissionsOf } from '../../support/template.ts';

/** The permissions for the memory of deliveries, which exist only if the policy remembers them. */

let template: PackagedTemplate;
let without: PackagedTemplate;
beforeAll(async () => {
  template = await packageTemplate({ args: ['--stage=prod'], policy: { rememberDeliveries: true } });
  without = await packageTemplate({ args: ['--stage=prod'] });
});

/** The permissions for the bucket that a role has more than without the memory. */
function added(role: string) {
  const of = (one: PackagedTemplate) =>
    permissionsOf(one)
      .filter(({ owner }) => owner === role)
      .map(({ Action, Resource }) => `${[Action].flat().join(' ')} ${JSON.stringify(Resource)}`);
  const before = of(without);
  return of(template).filter((one) => !before.includes(one));
}

const objects = (prefix: string) => JSON.stringify({ 'Fn::Sub': `\${ImportBucket.Arn}/${prefix}*` });

test.each(['BounceRole', 'ComplaintRole', 'VolumeRole'])(
  '%s writes what was delivered, and reads the months',
  (role) => {
    expect(added(role)).toEqual([
      `s3:PutObject ${objects('deliveries/new/')}`,
      `s3:GetObject ${objects('deliveries/months/')}`,
      's3:ListBucket {"Fn::GetAtt":["ImportBucket","Arn"]}',
    ]);
  },
);

test('the function that merges reads and removes what was delivered, and writes the months', () => {
  expect(added('ReconcileRole')).toEqual([
    `s3:GetObject s3:DeleteObject ${objects('deliveries/new/')}`,
    `s3:GetObject s3:PutObject ${objects('deliveries/months/')}`,
  ]);
});

test.each(['ReputationRole', 'AccountListRole'])('%s needs nothing more', (role) => {
  expect(added(role)).toEqual([]);
});
