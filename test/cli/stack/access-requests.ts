import type { AccessRequest } from '../../../cli/stack/resource-policy.ts';
import { account, otherAccount, ses, sns } from './inventory-fixture.ts';

export const arn = sns('a-topic');
/** SES publishes an event of an identity of this account. */
export const publishes: AccessRequest = {
  principal: 'ses.amazonaws.com',
  action: 'sns:Publish',
  resource: arn,
  sourceAccount: account,
  sourceArn: ses('identity/shop.example.com'),
};
/** SES publishes an event of an identity of another account. */
export const forges: AccessRequest = {
  ...publishes,
  sourceAccount: otherAccount,
  sourceArn: ses('identity/shop.example.com', otherAccount),
  isUntrusted: true,
};
/** Somebody who is not SES publishes it. */
export const anyone: AccessRequest = { ...forges, principal: 'anyone' };
