import { randomBinomial, randomExponential, randomPoisson } from 'd3-random';
import { hour } from '../../shared/domain/durations.ts';
import { slotLengthMs } from '../../shared/domain/reputation/time-slots.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';

/** Somebody who sends mail with one configuration set. */
export type Stream = {
  readonly configurationSet: string;
  /** Mails an hour at a moment, and the share of them that bounces. */
  readonly pace: (time: number) => number;
  readonly bounces: (time: number) => number;
};

/** A message of SES, and when it reaches us. Epoch milliseconds. */
export type Arrival = { readonly at: number; readonly body: object };

/** Some bounces are known hours later: receiving servers take their time. */
const late = { share: 0.3, mean: 2 * hour };

/** Where mail goes to, and how much of it. */
const domains = ['gmail.com', 'gmail.com', 'outlook.com', 'yahoo.com', 'example.com'];

/**
 * Mail as chance has it. Each call sends that of some time, and gives the Send and Bounce events SES would publish, in the order they
 * arrive.
 * @param random 0 ≤ n < 1; the same numbers send the same mails
 */
export function createMailing(streams: readonly Stream[], random: () => number) {
  const poisson = randomPoisson.source(random);
  const binomial = randomBinomial.source(random);
  const delay = randomExponential.source(random)(1 / late.mean);
  let sent = 0;
  return (from: number, until: number): Arrival[] => {
    const arrivals: Arrival[] = [];
    for (let time = from; time < until; time += slotLengthMs) {
      for (const { configurationSet, pace, bounces } of streams) {
        const mails = poisson((pace(time) * slotLengthMs) / hour)();
        const bounced = mails === 0 ? 0 : binomial(mails, bounces(time))();
        for (let i = 0; i < mails; i++) {
          const sentAt = Math.floor(time + random() * slotLengthMs);
          const mail = mailOf(sent++, sentAt, configurationSet, domains[Math.floor(random() * domains.length)] ?? '');
          arrivals.push({ at: sentAt + 500, body: { eventType: 'Send', send: {}, mail } });
          if (i >= bounced) continue;
          const at = sentAt + 3000 + (random() < late.share ? Math.floor(delay()) : 0);
          arrivals.push({ at: at + 1000, body: { eventType: 'Bounce', bounce: bounceOf(mail, at), mail } });
        }
      }
    }
    return arrivals.sort((a, b) => a.at - b.at);
  };
}

function mailOf(number: number, sentAt: number, configurationSet: string, domain: string) {
  return {
    timestamp: formatTimestamp(sentAt),
    messageId: `story-${number}`,
    source: 'news@shop.example.com',
    sourceArn: 'arn:aws:ses:us-east-1:123456789012:identity/shop.example.com',
    sendingAccountId: '123456789012',
    destination: [`recipient-${number}@${domain}`],
    tags: { 'ses:configuration-set': [configurationSet] },
  };
}

function bounceOf({ destination, messageId }: ReturnType<typeof mailOf>, at: number) {
  const [emailAddress = ''] = destination;
  return {
    bounceType: 'Permanent',
    bounceSubType: 'NoEmail',
    bouncedRecipients: [
      { emailAddress, action: 'failed', status: '5.1.1', diagnosticCode: 'smtp; 550 5.1.1 user unknown' },
    ],
    timestamp: formatTimestamp(at),
    feedbackId: `feedback-${messageId}`,
  };
}
