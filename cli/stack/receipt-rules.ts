import { DescribeActiveReceiptRuleSetCommand, SetActiveReceiptRuleSetCommand } from '@aws-sdk/client-ses';
import type { Clients } from './clients.ts';

/** The receipt rule set that SES uses in a Region. */
export type ActiveRuleSet = {
  readonly name: string;
  readonly rules: readonly {
    readonly name: string;
    readonly isEnabled: boolean;
    /** Domains and addresses. Empty: every recipient of the verified domains. */
    readonly recipients: readonly string[];
  }[];
};

/** Returns the active receipt rule set, or `undefined` if there is none: SES then receives no email. */
export async function readActiveRuleSet({ sesV1 }: Pick<Clients, 'sesV1'>): Promise<ActiveRuleSet | undefined> {
  const { Metadata, Rules = [] } = await sesV1.send(new DescribeActiveReceiptRuleSetCommand({}));
  if (Metadata?.Name === undefined) return undefined;
  const rules = Rules.map(({ Name = '', Enabled = false, Recipients = [] }) => ({
    name: Name,
    isEnabled: Enabled,
    recipients: Recipients,
  }));
  return { name: Metadata.Name, rules };
}

/** Makes a receipt rule set the active one. */
export async function activateRuleSet({ sesV1 }: Pick<Clients, 'sesV1'>, RuleSetName: string): Promise<void> {
  await sesV1.send(new SetActiveReceiptRuleSetCommand({ RuleSetName }));
}
