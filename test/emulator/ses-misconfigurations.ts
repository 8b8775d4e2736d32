import type { Identity } from '../../local/ses-simulator/state.ts';
import type { Operator } from './operator.ts';
import type { Planted } from './stream-misconfigurations.ts';

/** Faults of identities, configuration sets and the account, at SES. */
export function faultsOfSes(operator: () => Operator): Record<string, Planted> {
  const ses = () => operator().ses;
  const output = (name: string) => operator().output(name);
  const identity = () => operator().ses.identities['shop.example.com'] as Identity;
  const set = () => {
    const found = operator().ses.configurationSets['ses-feedback-prod'];
    if (found === undefined) throw new Error('no configuration set');
    return found;
  };
  return {
    'a topic SES has taken off an identity, with forwarding off': {
      plant: () => {
        delete identity().bounceTopic;
        delete identity().complaintTopic;
        identity().configurationSet = 'gone';
      },
      about: 'identity shop.example.com',
      says: /^its bounces and complaints go to nobody$/,
      heal: () => {
        identity().bounceTopic = output('BouncesTopicArn');
        identity().complaintTopic = output('ComplaintsTopicArn');
        identity().configurationSet = 'ses-feedback-prod';
      },
    },
    "an address that was never connected: it has nothing of its domain's": {
      plant: () => {
        ses().identities['new@shop.example.com'] = { isVerified: true };
      },
      about: 'identity new@shop.example.com',
      says: /^its bounces and complaints do not come here; SES forwards them by e-mail$/,
      heal: () => {
        delete ses().identities['new@shop.example.com'];
      },
    },
    'forwarding by e-mail, too': {
      plant: () => {
        identity().isForwardingFeedback = true;
      },
      about: 'identity shop.example.com',
      says: /^SES forwards its bounces by e-mail as well$/,
      heal: () => {
        identity().isForwardingFeedback = false;
      },
    },
    'a configuration set whose destination is off': {
      plant: () => {
        for (const destination of set().destinations) destination.isEnabled = false;
      },
      about: 'configuration set ses-feedback-prod',
      says: /are not published to our topics$/,
      heal: () => {
        for (const destination of set().destinations) destination.isEnabled = true;
      },
    },
    'a configuration set that is paused': {
      plant: () => {
        set().isSendingEnabled = false;
      },
      about: 'configuration set ses-feedback-prod',
      says: /^sending with it is paused$/,
      heal: () => {
        set().isSendingEnabled = true;
      },
    },
    'an account that does not suppress complaints': {
      plant: () => {
        ses().account.suppressedReasons = ['BOUNCE'];
      },
      about: 'account',
      says: /^SES's own list does not take COMPLAINT/,
      heal: () => {
        ses().account.suppressedReasons = ['BOUNCE', 'COMPLAINT'];
      },
    },
    'an account in the sandbox': {
      plant: () => {
        ses().account.isSandbox = true;
      },
      about: 'account',
      says: /^is in the sandbox/,
      heal: () => {
        ses().account.isSandbox = false;
      },
    },
    'an account under review': {
      plant: () => {
        ses().account.enforcementStatus = 'PROBATION';
      },
      about: 'account',
      says: /PROBATION/,
      heal: () => {
        ses().account.enforcementStatus = 'HEALTHY';
      },
    },
    'a call that is not permitted': {
      plant: () => {
        ses().fault = ({ operation }) => (operation === 'GetAccount' ? 'denied' : undefined);
      },
      about: 'account',
      says: /^could not be looked at: AccessDenied.*ses:GetAccount/,
      heal: () => {
        ses().fault = undefined;
      },
    },
  };
}
