import type { OutgoingEmail, SendOutcome, SmtpServer } from '../relay/ports.ts';
import { createContentStream } from './content-stream.ts';
import { connect, type MailServerOptions, missingExtension, type Session, sendOn } from './session.ts';
import { readRefusal, resultOf, type SmtpError, wordsOf } from './smtp-errors.ts';

/** Returns the mail server. It connects with the first email, and stays connected until `close`. */
export function createMailServer(options: MailServerOptions): SmtpServer {
  let session: Session | undefined;

  async function attempt(email: OutgoingEmail): Promise<{ outcome: SendOutcome; hasStarted: boolean }> {
    const { sender, recipients, prefix, size } = email;
    const content = createContentStream(email);
    try {
      session ??= await connect(options);
      const missing = await missingExtension(session, email);
      const rejected =
        missing === undefined
          ? await sendOn(session, { sender, recipients, size: prefix.length + size }, content.stream, options)
          : [];
      const results = recipients.map((recipient) =>
        missing === undefined ? resultOf(recipient, rejected) : ({ kind: 'refused', words: missing } as const),
      );
      return { outcome: { kind: 'answered', results }, hasStarted: content.hasStarted() };
    } catch (thrown) {
      const error = thrown as SmtpError;
      session?.connection.close();
      session = undefined;
      const results = readRefusal(error, recipients);
      const unreachable = { kind: 'unreachable', words: wordsOf(error), isUncertain: content.hasEnded() } as const;
      return {
        outcome: results === undefined ? unreachable : { kind: 'answered', results },
        hasStarted: content.hasStarted(),
      };
    } finally {
      content.stream.destroy();
    }
  }

  return {
    async send(email) {
      const isReused = session !== undefined;
      const { outcome, hasStarted } = await attempt(email);
      // The server may close a connection that waits for the next email. Nothing of this one was sent.
      const isStale = isReused && outcome.kind === 'unreachable' && !hasStarted;
      return isStale ? (await attempt(email)).outcome : outcome;
    },
    async close() {
      session?.connection.quit();
      session = undefined;
    },
  };
}
