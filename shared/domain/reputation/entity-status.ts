/**
 * What SES says of a tenant, which it can pause alone.
 * @see https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_ReputationEntity.html
 */
export type EntityStatus = {
  /** Whether SES itself has paused it, and the reason that SES gives. A pause by the owner of the account is not one by SES. */
  readonly isPausedBySes: boolean;
  readonly cause?: string;
  /** The impact of the worst open finding about its reputation. Missing if there is none. */
  readonly impact?: 'LOW' | 'HIGH';
};

/** By scope: `tenant:acme`. A tenant that SES has neither paused nor found anything about is missing. */
export type EntityStatuses = ReadonlyMap<string, EntityStatus>;

/**
 * Returns the scope of a tenant, or `undefined` for any other resource.
 *
 * @example scopeOfResource('arn:aws:ses:us-east-1:123456789012:tenant/acme/tn-1a2b') // 'tenant:acme'
 */
export function scopeOfResource(arn: string): string | undefined {
  const [, name] = /^arn:[^:]+:ses:[^:]*:\d*:tenant\/([^/]+)/.exec(arn) ?? [];
  return name === undefined ? undefined : `tenant:${name}`;
}

/** What sends emails on its own, so that it can be paused alone. */
export type SendingEntity = { readonly kind: 'tenant' | 'configuration-set'; readonly name: string };

/** Returns the tenant or the configuration set of a scope, or `undefined` for any other scope. */
export function sendingEntityOf(scope: string): SendingEntity | undefined {
  const [, kind, name = ''] = /^(tenant|configuration-set):(.+)$/.exec(scope) ?? [];
  return kind === 'tenant' || kind === 'configuration-set' ? { kind, name } : undefined;
}
