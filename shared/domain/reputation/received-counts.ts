/** The numbers of recipients in the feedback that was received in some time. */
export type ReceivedCounts = { readonly bounces: number; readonly complaints: number };
