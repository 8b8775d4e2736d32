/** The response to an API call: a result, or an error by the name SES gives it. */
export type ApiResponse = { readonly status: number; readonly error?: string; readonly body: object };

/** Returns a successful response. */
export function ok(body: object = {}): ApiResponse {
  return { status: 200, body };
}

/** Returns an error response. The SDK throws an exception of this name. */
export function errorResponse(status: number, error: string, message: string): ApiResponse {
  return { status, error, body: { message } };
}

/** Returns the response to invalid input. */
export function badRequest(message: string): ApiResponse {
  return errorResponse(400, 'BadRequestException', message);
}

/** Returns the response to a call about something that does not exist. */
export function notFound(message: string): ApiResponse {
  return errorResponse(404, 'NotFoundException', message);
}
