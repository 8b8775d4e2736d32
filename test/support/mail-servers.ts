import { type AddressInfo, createServer, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** Real SMTP servers on loopback, for a test file. Their certificate is self-signed. */

/** An email as a server got it, without dot-stuffing. */
export type ReceivedCopy = {
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly content: Buffer;
};

export type TestServer = { readonly port: number; readonly copies: ReceivedCopy[]; connections(): number };

/** Returns functions that start servers, which are stopped after each test. */
export function useMailServers() {
  const { stop, ...servers } = createMailServers();
  afterEach(stop);
  return servers;
}

/** Returns functions that start servers, which are stopped after the tests of the file. */
export function useMailServersOfFile() {
  const { stop, ...servers } = createMailServers();
  afterAll(stop);
  return servers;
}

function createMailServers() {
  let running: { close(): unknown }[] = [];
  const stop = () => {
    for (const server of running) server.close();
    running = [];
  };

  /** Starts a server that accepts everything, unless the options say otherwise. */
  async function start(options: SMTPServerOptions = {}): Promise<TestServer> {
    const copies: ReceivedCopy[] = [];
    let connections = 0;
    const server = new SMTPServer({
      logger: false,
      authOptional: true,
      disableReverseLookup: true,
      onConnect(_session, callback) {
        connections++;
        callback();
      },
      onData(stream, { envelope }, callback) {
        buffer(stream).then((content) => {
          if (stream.sizeExceeded) return callback(Object.assign(new Error('too large'), { responseCode: 552 }));
          const sender = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
          copies.push({ sender, recipients: envelope.rcptTo.map(({ address }) => address), content });
          callback();
        }, callback);
      },
      ...options,
    });
    // A client that does not trust the certificate breaks the connection off.
    server.on('error', () => {});
    running.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { port: (server.server.address() as AddressInfo).port, copies, connections: () => connections };
  }

  /** Starts a server that answers each line as told. `null` closes the connection. In the content of an email, only `.` is a line. */
  async function startScripted(
    answer: (line: string) => string | null | undefined,
    greeting: string | null = '220 test',
  ) {
    const lines: string[] = [];
    const server = createServer((socket: Socket) => {
      let [rest, isContent] = ['', false];
      const say = (text: string | null) => (text === null ? socket.destroy() : socket.write(`${text}\r\n`));
      socket.on('error', () => {});
      if (greeting !== '') say(greeting);
      socket.on('data', (data) => {
        const parts = (rest + data.toString('latin1')).split('\r\n');
        rest = parts.pop() ?? '';
        for (const line of parts) {
          if (isContent && line !== '.') continue;
          isContent = line === 'DATA';
          lines.push(line);
          const text = answer(line);
          if (text !== undefined) say(text);
        }
      });
    });
    running.push({ close: () => server.close() });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { port: (server.address() as AddressInfo).port, lines };
  }

  return { start, startScripted, stop };
}

/** An error with which `smtp-server` answers. */
export function answer(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}
