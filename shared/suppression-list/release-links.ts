// The npm package's entry `ses-feedback/release-links`.
import { randomUUID } from 'node:crypto';
import { createDynamoDBClient } from '../aws/dynamodb/client.ts';
import { createSuppressionTable } from '../aws/dynamodb/suppression-table.ts';
import { type Address, parseAddress } from '../domain/address.ts';
import { defaultPolicy, readPolicy } from '../domain/policy/policy.ts';
import { defaultListName } from '../domain/suppression/list-name.ts';
import { policyOfList } from '../domain/suppression/list-policy.ts';
import { release } from '../domain/suppression/release.ts';
import { type LinkRefusal, linkRefusal } from '../domain/suppression/release-by-link.ts';
import { updateRecord } from '../operator/update-record.ts';
import { InvalidAddressError } from './errors.ts';
import type { SuppressionListOptions } from './options.ts';
import { assertKeys, type ReleaseLinkKey, signToken, verifyToken } from './release-token.ts';

export type { LinkRefusal } from '../domain/suppression/release-by-link.ts';
export type { ReleaseLinkKey } from './release-token.ts';

/** Options of {@link createReleaseLinks}: the table, the connection to it, and the keys. */
export type ReleaseLinksOptions = Pick<
  SuppressionListOptions,
  'tableName' | 'list' | 'client' | 'region' | 'endpoint' | 'credentials' | 'policy' | 'clock'
> & {
  /** The first key signs; all are accepted. To rotate, put a new one first, and remove the old one when its links have expired. */
  readonly keys: readonly ReleaseLinkKey[];
};

/** A link, or why there is none. */
export type ReleaseLink =
  | {
      /** There is one. */
      readonly kind: 'link';
      /** What to put into the URL of a page of your application: letters, digits, `.`, `-` and `_`, about 70 characters. */
      readonly token: string;
      /** When it stops working. */
      readonly expires: Date;
    }
  | LinkRefused<LinkRefusal>;

/** Why there is no link, or why it released nothing. */
export type LinkRefused<Reason extends string> = {
  /** Nothing was changed. */
  readonly kind: 'refused';
  /** Why. */
  readonly reason: Reason;
};

/** What a link did. */
export type Redemption = LinkRelease | LinkRefused<LinkRefusal | InvalidLink>;

/** A link that is not accepted. `invalid`: it is not a link of this address, or was signed with another key. `expired`: it is too old. */
export type InvalidLink = 'invalid' | 'expired';

/** The address gets email again. */
export type LinkRelease = {
  /** The address was suppressed, and is not any more. */
  readonly kind: 'released';
};

/** Makes and redeems links with which recipients release their own address. */
export type ReleaseLinks = {
  /**
   * Makes a link for a signed-in user whose address is suppressed. It works once, for this address only.
   *
   * @param options.expires when it stops working. At most 30 days from now
   * @throws InvalidAddressError; RangeError if `expires` is not in the future, or too late; StoreError if the table cannot be read
   */
  releaseLink(address: string, options: { readonly expires: Date }): Promise<ReleaseLink>;
  /**
   * Releases the address of the signed-in user. Call it from a form that the user submits, never when a page is only loaded: scanners of email load links.
   *
   * @param address the address of the user who is signed in, not one from the link
   * @throws InvalidAddressError; StoreError if the table cannot be read or written
   */
  redeemReleaseLink(token: string, address: string): Promise<Redemption>;
};

const maxLifetimeMs = 30 * 86_400_000;
/** Named in the history of the address. */
const attribution = { by: 'release link', note: 'the recipient asked to be emailed again' };

/**
 * Returns what makes and redeems release links. It needs `dynamodb:BatchGetItem` and `dynamodb:PutItem` on the `suppressions` table.
 *
 * @throws TypeError if `tableName` or a key is missing or unusable
 * @example
 * const keys = [{ id: '2026-11', secret: process.env.RELEASE_LINK_SECRET ?? '' }];
 * const links = createReleaseLinks({ tableName: 'ses-feedback-prod-suppressions', keys });
 * const link = await links.releaseLink('ann@example.com', { expires: new Date(Date.now() + 3_600_000) });
 * if (link.kind === 'link') console.log(`/email/again?token=${link.token}`);
 */
export function createReleaseLinks(options: ReleaseLinksOptions): ReleaseLinks {
  const { tableName, client, region, endpoint, credentials, list = defaultListName, clock = Date.now, keys } = options;
  if (!tableName) throw new TypeError('tableName is missing.');
  assertKeys(keys);
  const policy = options.policy === undefined ? defaultPolicy : readPolicy(options.policy);
  const config = { ...(region && { region }), ...(endpoint && { endpoint }), ...(credentials && { credentials }) };
  const store = createSuppressionTable({
    client: client ?? createDynamoDBClient(config),
    suppressionsTable: tableName,
    // A release counts nothing.
    reputationTable: '',
    list,
    shard: 0,
    newVersion: randomUUID,
    clock,
    publishesChanges: policy.publishStatusChanges,
  });

  return {
    async releaseLink(text, { expires }) {
      const { key } = addressOf(text);
      const [issuedAt, expiresAt] = [clock(), expires.getTime()];
      if (!(expiresAt > issuedAt && expiresAt <= issuedAt + maxLifetimeMs))
        throw new RangeError('expires must be in the future, and at most 30 days from now.');
      const stored = (await store.read([{ address: key, eventIds: [] }])).get(key);
      const record = stored !== undefined && 'record' in stored ? stored.record : undefined;
      const reason = linkRefusal(record, issuedAt);
      if (reason !== undefined) return { kind: 'refused', reason };
      const token = signToken({ tableName, list, address: key }, { issuedAt, expiresAt }, keys[0] as ReleaseLinkKey);
      return { kind: 'link', token, expires };
    },
    async redeemReleaseLink(token, text) {
      const { key } = addressOf(text);
      const content = verifyToken(token, { tableName, list, address: key }, keys, clock());
      if (typeof content === 'string') return { kind: 'refused', reason: content };
      let reason: LinkRefusal | undefined;
      await updateRecord({ store, clock }, key, { action: 'released', ...attribution }, (record, at) => {
        reason = linkRefusal(record, at, content.issuedAt);
        if (reason !== undefined || record === undefined) return undefined;
        return release(record, { at, ...attribution }, policyOfList(policy, list));
      });
      return reason === undefined ? { kind: 'released' } : { kind: 'refused', reason };
    },
  };
}

function addressOf(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw new InvalidAddressError(text);
  return address;
}
