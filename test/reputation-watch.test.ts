import { hour, noon } from './support/ses.ts';
import { createSystem, type System, useSystem } from './support/system.ts';
import { createWatch, minute, type Watch } from './support/watch.ts';

useSystem();

/** Tables of its own for each test: alarms last. */
let system: System;
let watch: Watch;
beforeEach(async () => {
  system = await createSystem();
  watch = createWatch(system);
});

/** Two days of a hundred mails an hour, one in a hundred bounced; then `now` is {@link noon}. */
async function healthyDays() {
  for (let i = 1; i <= 48; i++) await watch.count({ sends: 100, hard: 1 }, { sentAt: noon - i * hour });
  system.now = noon;
}

test('a bad list: raised with all there is to say, told once, and resolved', async () => {
  await healthyDays();
  await watch.look();
  expect(watch.told()).toEqual([]);
  await watch.count({ sends: 200, hard: 40 }, { sentAt: noon + minute });
  await watch.lookUntil(noon + hour, 1);
  expect(watch.told()).toEqual(['account/excess/bounceRate ok → critical']);
  console.log(
    watch.messages[0]?.parts.default,
    watch.messages[0]?.parts.sms,
    watch.messages[0]?.subject,
    watch.messages[0]?.parts.sqs,
  );
  for (let i = 2; i < 40; i++) await watch.count({ sends: 100, hard: 0 }, { sentAt: noon + i * hour });
  await watch.lookUntil(noon + 20 * hour);
  expect(watch.told()).toEqual(['account/excess/bounceRate ok → critical', 'account/excess/bounceRate critical → ok']);
  console.log(watch.messages[1]?.parts.default, watch.messages[1]?.parts.sms);
  console.log(JSON.stringify(watch.entries.at(-1)), JSON.stringify(watch.entries.at(-2)));
});
