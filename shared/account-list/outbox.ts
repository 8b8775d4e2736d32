import type { AddressKey } from '../domain/address.ts';
import type { ImportAction } from './account-list.ts';

/** One address some Region has still to be told of. */
export type PendingAddress = { readonly address: AddressKey /** Epoch milliseconds. */; readonly due: number };

/** A file of many addresses that SES is working on, or has failed to. One a Region. */
export type ImportJob = {
  readonly action: ImportAction;
  /** Key of the file. */
  readonly file: string;
  /** Missing between the decision and SES's answer: whoever dies then leaves a job that may be running. */
  readonly jobId?: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Addresses of the file whose records know of it. */
  readonly cleared: number;
  /** Until then no job is tried again: one by one, slowly, it goes as well. Epoch milliseconds. */
  readonly failedUntil?: number;
};

/** What draining needs of a database. All throw StoreFault. */
export type Outbox = {
  /** Those that are due, the longest first; eventually consistent: one that is written meanwhile may be missing for a moment. */
  listPending(region: string, now: number, limit: number): Promise<PendingAddress[]>;
  readJob(region: string): Promise<ImportJob | undefined>;
  writeJob(region: string, job: ImportJob | undefined): Promise<void>;
};
