import { nextSteps } from '../../../serverless/deploy/next-steps.ts';
import { runCli } from '../../support/run-cli.ts';

const stack = { stage: 'dev', region: 'eu-west-1', alarmEmail: '' };

test('after a deployment, the commands are those of the stack, and the parser knows them', async () => {
  const text = nextSteps(stack);
  const commands = [...text.matchAll(/npx ses-feedback (.*)$/gm)].map(([, words = '']) => words.split(' '));
  expect(commands).toEqual([
    ['connect', '--all', '--stage', 'dev', '--region', 'eu-west-1'],
    ['doctor', '--stage', 'dev', '--region', 'eu-west-1'],
  ]);
  for (const words of commands) {
    const env = { AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nonexistent' };
    // Without credentials, but not a usage error.
    expect((await runCli(words, { env })).code).toBe(4);
  }
});

test('alarms need a subscriber, who must confirm', () => {
  expect(nextSteps(stack)).toContain('subscribe somebody to the alarms: set alarmEmail');
  expect(nextSteps({ ...stack, alarmEmail: 'ops@example.com' })).toContain('AWS has sent an email to ops@example.com');
});
