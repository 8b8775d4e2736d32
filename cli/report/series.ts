/** The color of a mark or a notice. `note` is for events that are neither good nor bad. */
export type Tone = 'approaching' | 'critical' | 'ok' | 'note';

/** One rate over time, with its thresholds and the events that affected it. */
export type ReportSeries = {
  /** `Bounce rate` */
  readonly title: string;
  /** One per column, in order and without gaps. All columns have the same length. */
  readonly points: readonly {
    /** Epoch milliseconds. */
    readonly start: number;
    readonly sends: number;
    /** Rate of the 24 hours up to the end of this column; 0.05 is 5 %. `undefined` if nothing was sent in that time. */
    readonly rate: number | undefined;
    /** The range in which the true rate lies with 95 % confidence. Drawn if it is there. */
    readonly interval?: { readonly low: number; readonly high: number };
  }[];
  /** Horizontal lines: `{ label: 'AWS review threshold: 5 %', rate: 0.05 }`. */
  readonly thresholds: readonly { readonly label: string; readonly rate: number }[];
  /** Events, such as a notice or an import. Times are epoch milliseconds. */
  readonly marks: readonly { readonly at: number; readonly label: string; readonly tone: Tone }[];
};
