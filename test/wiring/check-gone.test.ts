import { denied, faultsOf, only, stack, streamSight, topic, withStream } from './sight.ts';

const own = stack.topics.bounces[0];

test('a topic or a queue that is gone is told, and nothing else of it', () => {
  const bounces = streamSight('bounces');
  const goneTopic = withStream('bounces', { topics: [{ arn: own, isGone: true, policy: '' }] });
  expect(faultsOf(goneTopic)).toEqual(
    only(
      'wrong',
      'bounces',
      /^the topic .*-bounces is gone/,
      /^give it another name under custom\.topics in serverless\.yml/,
    ),
  );
  const url = stack.queues.bounces;
  const goneQueue = withStream('bounces', { ...bounces, goneQueues: [url], queuePolicy: '' });
  expect(faultsOf(goneQueue)).toEqual(
    only('wrong', 'bounces', /^the queue https.*-bounces is gone/, /^give it another name under custom\.queues/),
  );
});

test('a key that cannot be looked at leaves the rest of the stream to be looked at', () => {
  const dark = { ...topic(own), key: denied };
  const found = faultsOf(withStream('bounces', { topics: [dark], deadLetters: 1 }));
  expect(found.amiss.map(({ status }) => status)).toEqual(['unknown', 'wrong']);
});
