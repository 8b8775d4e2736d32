/** What a call is answered with: a value, or an error by its name. */
export type Answer = { readonly status: number; readonly error?: string; readonly body: object };

/** A call that was done. */
export function ok(body: object = {}): Answer {
  return { status: 200, body };
}

/** An error as SES and the SDK name it. */
export function refusal(status: number, error: string, message: string): Answer {
  return { status, error, body: { message } };
}

/** The input is at fault. */
export function badRequest(message: string): Answer {
  return refusal(400, 'BadRequestException', message);
}

/** What the call is about does not exist. */
export function notFound(message: string): Answer {
  return refusal(404, 'NotFoundException', message);
}
