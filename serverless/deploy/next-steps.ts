export type DeployedStack = {
  readonly stage: string;
  readonly region: string;
  /** Empty if nobody is subscribed to the alarms by the deployment. */
  readonly alarmEmail: string;
};

/** Returns what to do after a deployment, as lines for the terminal. */
export function nextSteps({ stage, region, alarmEmail }: DeployedStack): string {
  const options = `--stage ${stage} --region ${region}`;
  const alarms =
    alarmEmail === ''
      ? 'subscribe somebody to the alarms: set alarmEmail, or use the stack output AlarmTopicArn'
      : `confirm the subscription to the alarms: AWS has sent an email to ${alarmEmail} at the first deployment`;
  return [
    'Next:',
    `  connect your domains and addresses: npx ses-feedback connect --all ${options}`,
    `  ${alarms}`,
    `  see whether everything works:       npx ses-feedback doctor ${options}`,
  ].join('\n');
}
