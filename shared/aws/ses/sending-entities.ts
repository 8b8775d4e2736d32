import { setTimeout as sleep } from 'node:timers/promises';
import {
  GetConfigurationSetCommand,
  GetTenantCommand,
  ListRecommendationsCommand,
  ListReputationEntitiesCommand,
  NotFoundException,
  PutConfigurationSetSendingOptionsCommand,
  type ReputationEntity,
  type SESv2Client,
  UpdateReputationEntityCustomerManagedStatusCommand,
} from '@aws-sdk/client-sesv2';
import { defined } from '../../domain/defined.ts';
import { type EntityStatus, type EntityStatuses, scopeOfResource } from '../../domain/reputation/entity-status.ts';
import type { Sending } from '../../monitoring/announce.ts';

/** SES accepts one call per second, and another one has just been made. */
const callIntervalMs = 1100;

/** With more entities than this that are paused, or that SES has findings about, the others are left out. */
const maxPages = 5;

/** Together, these find every tenant that is paused, or about which SES has a finding. */
export const conspicuousFilters: readonly Readonly<Record<string, string>>[] = [
  { SENDING_STATUS: 'DISABLED' },
  { REPUTATION_IMPACT: 'HIGH' },
  { REPUTATION_IMPACT: 'LOW' },
];

export type SendingEntitiesOptions = {
  readonly ses: SESv2Client;
  /** @default waits in real time */
  readonly wait?: (milliseconds: number) => Promise<unknown>;
};

/** Returns what reads, pauses and checks the tenants and configuration sets of the account. */
export function createSendingEntities({ ses, wait = sleep }: SendingEntitiesOptions) {
  /** Lists the entities with one sending status, or with findings of one impact. */
  async function listEntities(filter: Readonly<Record<string, string>>): Promise<ReputationEntity[]> {
    const entities: ReputationEntity[] = [];
    let NextToken: string | undefined;
    for (let page = 0; page < maxPages && (page === 0 || NextToken !== undefined); page++) {
      await wait(callIntervalMs);
      const response = await ses.send(new ListReputationEntitiesCommand({ Filter: filter, NextToken }));
      entities.push(...(response.ReputationEntities ?? []));
      NextToken = response.NextToken;
    }
    return entities;
  }

  const tenantArn = async (TenantName: string) => {
    const { Tenant } = await ses.send(new GetTenantCommand({ TenantName }));
    return Tenant?.TenantArn ?? '';
  };

  const sending: Sending = {
    async pause({ kind, name }) {
      if (kind === 'configuration-set') {
        const options = { ConfigurationSetName: name, SendingEnabled: false };
        await ses.send(new PutConfigurationSetSendingOptionsCommand(options));
        return;
      }
      const ReputationEntityReference = await tenantArn(name);
      await wait(callIntervalMs);
      await ses.send(
        new UpdateReputationEntityCustomerManagedStatusCommand({
          ReputationEntityType: 'RESOURCE',
          ReputationEntityReference,
          SendingStatus: 'DISABLED',
        }),
      );
    },
    async isEnabled({ kind, name }) {
      try {
        if (kind === 'tenant')
          return (await ses.send(new GetTenantCommand({ TenantName: name }))).Tenant?.SendingStatus !== 'DISABLED';
        const { SendingOptions } = await ses.send(new GetConfigurationSetCommand({ ConfigurationSetName: name }));
        return SendingOptions?.SendingEnabled ?? true;
      } catch (error) {
        if (error instanceof NotFoundException) return true;
        throw error;
      }
    },
    async findings({ kind, name }) {
      if (kind !== 'tenant') return [];
      const Filter = { RESOURCE_ARN: await tenantArn(name), STATUS: 'OPEN' };
      await wait(callIntervalMs);
      const { Recommendations = [] } = await ses.send(new ListRecommendationsCommand({ Filter }));
      return Recommendations.map(({ Type, Impact, Description }) =>
        [`${Type} (${Impact})`, Description].filter(Boolean).join(': '),
      );
    },
  };

  return {
    sending,
    /** Reads what SES has paused, and what it has findings about. */
    async readEntities(): Promise<EntityStatuses> {
      const statuses = new Map<string, EntityStatus>();
      for (const filter of conspicuousFilters)
        for (const entity of await listEntities(filter)) {
          const scope = scopeOfResource(entity.ReputationEntityReference ?? '');
          const status = toStatus(entity);
          if (scope !== undefined && (status.isPausedBySes || status.impact !== undefined)) statuses.set(scope, status);
        }
      return statuses;
    },
  };
}

function toStatus({ AwsSesManagedStatus, ReputationImpact }: ReputationEntity): EntityStatus {
  const isPausedBySes = AwsSesManagedStatus?.Status === 'DISABLED';
  return {
    isPausedBySes,
    ...defined({ cause: isPausedBySes ? AwsSesManagedStatus?.Cause : undefined, impact: ReputationImpact }),
  };
}
