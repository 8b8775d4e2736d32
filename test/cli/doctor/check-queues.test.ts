import { streams } from '../../../cli/stack/stack.ts';
import {
  adoptedTopic,
  denied,
  inspected,
  inventory,
  policies,
  sqs,
  stack,
  streamDetails,
  withStream,
} from '../stack/inventory-fixture.ts';
import { diagnoseChange, onlyProblem } from './diagnose-change.ts';

const noProblems = { problems: [], noLongerOk: [] };

describe.each(streams)('the queue of %s', (stream) => {
  const logs = stream === 'volume' ? /-f volume\b/ : /-f (bounce|complaint)\b/;
  const queue = sqs(`ses-feedback-prod-${stream}`);
  const rejected = onlyProblem('wrong', stream, /^the queue does not accept messages from topic .*:/);

  test('has to accept messages from its topic', () => {
    const changed = withStream(stream, { queuePolicy: policies.queue(queue, [adoptedTopic]) });
    expect(diagnoseChange(changed)).toEqual(rejected);
  });

  test('has to have a policy for itself', () => {
    const changed = withStream(stream, { queuePolicy: policies.queue(sqs('another'), stack.topics[stream]) });
    expect(diagnoseChange(changed)).toEqual(rejected);
  });

  test('must not have dead letters', () => {
    const one = diagnoseChange(withStream(stream, { deadLetters: 1 }));
    const more = diagnoseChange(withStream(stream, { deadLetters: 23 }));
    const redrive = new RegExp(`--source-arn ${queue}-dlq --destination-arn ${queue} --region eu-west-1$`);
    expect(one).toEqual(onlyProblem('wrong', stream, /^1 message is in the dead-letter queue/, redrive));
    expect(more).toEqual(onlyProblem('wrong', stream, /^23 messages are in the dead-letter queue/, logs));
  });

  test('must not have messages that wait for more than five minutes', () => {
    const ages = [0, 300, 301].map((oldestSeconds) => diagnoseChange(withStream(stream, { oldestSeconds })));
    const late = onlyProblem('wrong', stream, /^the oldest message has been waiting for 5 minutes:/, logs);
    expect(ages).toEqual([noProblems, noProblems, late]);
  });

  test('is ok if CloudWatch has no age of the oldest message', () => {
    const { oldestSeconds: _none, ...idle } = streamDetails(stream);
    const healthy = inventory();
    expect(diagnoseChange({ ...healthy, streams: { ...healthy.streams, [stream]: inspected(idle) } })).toEqual(
      noProblems,
    );
  });

  test('is unknown, with the reason, if it cannot be inspected', () => {
    const healthy = inventory();
    const result = diagnoseChange({ ...healthy, streams: { ...healthy.streams, [stream]: denied } });
    expect(result).toEqual(onlyProblem('unknown', stream, /^check failed: AccessDeniedException/));
  });
});
