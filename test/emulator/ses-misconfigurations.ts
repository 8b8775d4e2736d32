import type { Identity } from '../../local/ses-simulator/state.ts';
import type { Operator } from './operator.ts';
import type { Misconfiguration } from './stream-misconfigurations.ts';

/** Returns misconfigurations of identities, configuration sets and the account in SES. */
export function sesMisconfigurations(operator: () => Operator): Record<string, Misconfiguration> {
  const ses = () => operator().ses;
  const output = (name: string) => operator().output(name);
  const identity = () => operator().ses.identities['shop.example.com'] as Identity;
  const set = () => {
    const found = operator().ses.configurationSets['ses-feedback-prod'];
    if (found === undefined) throw new Error('no configuration set');
    return found;
  };
  return {
    'topics that SES removed from an identity whose forwarding is off': {
      apply: () => {
        delete identity().bounceTopic;
        delete identity().complaintTopic;
        identity().configurationSet = 'deleted';
      },
      resource: 'identity shop.example.com',
      message: /^no destination for its bounces and complaints$/,
      undo: () => {
        identity().bounceTopic = output('BouncesTopicArn');
        identity().complaintTopic = output('ComplaintsTopicArn');
        identity().configurationSet = 'ses-feedback-prod';
      },
    },
    'an email address that was never connected, although its domain is': {
      apply: () => {
        ses().identities['new@shop.example.com'] = { isVerified: true };
      },
      resource: 'identity new@shop.example.com',
      message: /^its bounces and complaints do not reach this stack; SES forwards them by email$/,
      undo: () => {
        delete ses().identities['new@shop.example.com'];
      },
    },
    'email forwarding of a connected identity': {
      apply: () => {
        identity().isForwardingFeedback = true;
      },
      resource: 'identity shop.example.com',
      message: /^SES also forwards its bounces and complaints by email$/,
      undo: () => {
        identity().isForwardingFeedback = false;
      },
    },
    'a configuration set with disabled destinations': {
      apply: () => {
        for (const destination of set().destinations) destination.isEnabled = false;
      },
      resource: 'configuration set ses-feedback-prod',
      message: /are not published to this stack$/,
      undo: () => {
        for (const destination of set().destinations) destination.isEnabled = true;
      },
    },
    'a paused configuration set': {
      apply: () => {
        set().isSendingEnabled = false;
      },
      resource: 'configuration set ses-feedback-prod',
      message: /^sending is paused:/,
      undo: () => {
        set().isSendingEnabled = true;
      },
    },
    'an account that does not suppress complaints': {
      apply: () => {
        ses().account.suppressedReasons = ['BOUNCE'];
      },
      resource: 'account',
      message: /^SES does not suppress addresses for COMPLAINT:/,
      undo: () => {
        ses().account.suppressedReasons = ['BOUNCE', 'COMPLAINT'];
      },
    },
    'an account in the sandbox': {
      apply: () => {
        ses().account.isSandbox = true;
      },
      resource: 'account',
      message: /^the account is in the SES sandbox/,
      undo: () => {
        ses().account.isSandbox = false;
      },
    },
    'an account under review': {
      apply: () => {
        ses().account.enforcementStatus = 'PROBATION';
      },
      resource: 'account',
      message: /PROBATION/,
      undo: () => {
        ses().account.enforcementStatus = 'HEALTHY';
      },
    },
    'a call that is not permitted': {
      apply: () => {
        ses().fault = ({ operation }) => (operation === 'GetAccount' ? 'denied' : undefined);
      },
      resource: 'account',
      message: /^check failed: AccessDenied.*ses:GetAccount/,
      undo: () => {
        ses().fault = undefined;
      },
    },
  };
}
