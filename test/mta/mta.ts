/** Ports of the servers around an MTA (mail transfer agent). */
export type MtaOptions = {
  /** Where the MTA listens. */
  readonly port: number;
  /** The server of the recipients. */
  readonly server: number;
  /** The server that receives reports. */
  readonly catcher: number;
};

/** A running MTA. */
export type Mta = {
  /** Delivers what is in its queue. */
  flush(): void;
  stop(): Promise<void>;
};
