import type { AddressKey } from '../domain/address.ts';
import type { ImportAction } from './account-list.ts';

/** An address whose entry in a Region's list does not match its record yet. */
export type PendingAddress = {
  readonly address: AddressKey;
  /** The list of the record. */
  readonly list: string;
  /** When the change is due. Epoch milliseconds. */
  readonly due: number;
};

/** An import job that SES is working on, or that failed. There is at most one for each Region. */
export type ImportJob = {
  readonly action: ImportAction;
  /** Key of the import file. */
  readonly file: string;
  /** Missing until SES confirms the job. If the process crashes before that, the job may be running without an id. */
  readonly jobId?: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Number of addresses in the file whose records already hold the result. */
  readonly cleared: number;
  /** No import job starts before this time; addresses are synced one at a time instead. Epoch milliseconds. */
  readonly failedUntil?: number;
};

/** The database operations that a sync needs. All of them throw StoreError. */
export type Outbox = {
  /**
   * Returns addresses that are due, oldest first. Eventually consistent: a record written at the same moment may be
   * missing.
   */
  listPending(region: string, now: number, limit: number): Promise<PendingAddress[]>;
  readJob(region: string): Promise<ImportJob | undefined>;
  /** Saves the job of a Region; `undefined` deletes it. */
  writeJob(region: string, job: ImportJob | undefined): Promise<void>;
};
