import type { Desk } from './desk.ts';
import type { Html } from './html.ts';

/** A page without its frame. */
export type Page = {
  readonly title: string;
  readonly body: Html;
  /** @default 200 */
  readonly status?: number;
};

export type DeskAnswer =
  | Page
  /** After a change: where the browser goes on. */
  | { readonly location: string }
  /** A download, if it has a name. */
  | { readonly file: { readonly name?: string; readonly type: string; readonly content: string } };

export type DeskRequest = {
  readonly params: URLSearchParams;
  readonly form: URLSearchParams;
  /** The token that each form of a page has to contain. */
  readonly formToken: string;
};

export type Route = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Whether it changes something, so that a read-only desk refuses it. */
  readonly changes?: true;
  readonly answer: (request: DeskRequest, desk: Desk) => Promise<DeskAnswer>;
};
