import { createRelayHandler } from './handlers/relay-handler.ts';

/** Delivers inbound email to the mail server of the parameter relayHost, and processes reports of bounces and complaints. */
export const handler = createRelayHandler();
