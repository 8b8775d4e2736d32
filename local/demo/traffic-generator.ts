import { randomBinomial, randomExponential, randomPoisson } from 'd3-random';
import { hour } from '../../shared/domain/durations.ts';
import { slotLengthMs } from '../../shared/domain/reputation/time-slots.ts';
import { formatTimestamp } from '../../shared/domain/timestamp.ts';

/** Emails sent with one configuration set. */
export type EmailStream = {
  readonly configurationSet: string;
  /** Returns the expected number of emails per hour at a time. */
  readonly emailsPerHour: (time: number) => number;
  /** Returns the share of the emails sent at a time that bounce, from 0 to 1. */
  readonly bounceRate: (time: number) => number;
};

/** An event of SES, and the time it reaches the queue (epoch milliseconds). */
export type Arrival = { readonly at: number; readonly body: object };

/** Some bounces arrive hours after the send, because receiving servers take time. */
const lateBounces = { share: 0.3, meanDelayMs: 2 * hour };

/** The recipients' domains. A domain that is listed twice gets twice as many emails. */
const domains = ['gmail.com', 'gmail.com', 'outlook.com', 'yahoo.com', 'example.com'];

/**
 * Creates a generator of random traffic. Each call generates the emails sent in a period, and returns their Send and
 * Bounce events in the order in which they arrive.
 * @param random returns numbers 0 ≤ n < 1; the same numbers generate the same emails
 */
export function createTrafficGenerator(streams: readonly EmailStream[], random: () => number) {
  const poisson = randomPoisson.source(random);
  const binomial = randomBinomial.source(random);
  const bounceDelay = randomExponential.source(random)(1 / lateBounces.meanDelayMs);
  let sent = 0;
  return (from: number, until: number): Arrival[] => {
    const arrivals: Arrival[] = [];
    for (let time = from; time < until; time += slotLengthMs) {
      for (const { configurationSet, emailsPerHour, bounceRate } of streams) {
        const emails = poisson((emailsPerHour(time) * slotLengthMs) / hour)();
        const bounced = emails === 0 ? 0 : binomial(emails, bounceRate(time))();
        for (let i = 0; i < emails; i++) {
          const sentAt = Math.floor(time + random() * slotLengthMs);
          const domain = domains[Math.floor(random() * domains.length)] ?? '';
          const mail = describeEmail(sent++, sentAt, configurationSet, domain);
          arrivals.push({ at: sentAt + 500, body: { eventType: 'Send', send: {}, mail } });
          if (i >= bounced) continue;
          const at = sentAt + 3000 + (random() < lateBounces.share ? Math.floor(bounceDelay()) : 0);
          arrivals.push({ at: at + 1000, body: { eventType: 'Bounce', bounce: describeBounce(mail, at), mail } });
        }
      }
    }
    return arrivals.sort((a, b) => a.at - b.at);
  };
}

function describeEmail(number: number, sentAt: number, configurationSet: string, domain: string) {
  return {
    timestamp: formatTimestamp(sentAt),
    messageId: `scenario-${number}`,
    source: 'news@shop.example.com',
    sourceArn: 'arn:aws:ses:us-east-1:123456789012:identity/shop.example.com',
    sendingAccountId: '123456789012',
    destination: [`recipient-${number}@${domain}`],
    tags: { 'ses:configuration-set': [configurationSet] },
  };
}

function describeBounce({ destination, messageId }: ReturnType<typeof describeEmail>, at: number) {
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
