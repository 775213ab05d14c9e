/**
 * The one catalogue of errors. Code → HTTP status, the exception type old clients read, the exit code of the
 * command line. Nothing else in the product chooses a status.
 */
export const errorCatalogue = {
  InvalidRequest: {
    status: 400,
    exceptionType: 'BadRequestException',
    exitCode: 2,
    title: 'The request is malformed or a field of it is not acceptable.',
  },
  InvalidInput: {
    status: 400,
    exceptionType: 'BadRequestException',
    exitCode: 2,
    title: 'An input of a service is missing or cannot be converted to its declared type.',
  },
  Unauthorized: {
    status: 401,
    exceptionType: 'UnauthorizedException',
    exitCode: 4,
    title: 'No valid credential came with the request.',
  },
  Forbidden: {
    status: 403,
    exceptionType: 'ForbiddenException',
    exitCode: 4,
    title: "The caller's role or ownership does not allow this operation.",
  },
  NotFound: {
    status: 404,
    exceptionType: 'NotFoundException',
    exitCode: 3,
    title: 'There is no such resource, or it is not visible to the caller.',
  },
  MethodNotAllowed: {
    status: 405,
    exceptionType: 'MethodNotAllowedException',
    exitCode: 2,
    title: 'The path exists but does not support this method.',
  },
  Conflict: {
    status: 409,
    exceptionType: 'ConflictException',
    exitCode: 1,
    title: 'The request conflicts with something that exists.',
  },
  Gone: {
    status: 410,
    exceptionType: 'GoneException',
    exitCode: 1,
    title: 'The session existed, but its interpreter is gone.',
  },
  PayloadTooLarge: {
    status: 413,
    exceptionType: 'PayloadTooLargeException',
    exitCode: 1,
    title: 'The body is larger than the limit named in the message.',
  },
  UnsupportedMediaType: {
    status: 415,
    exceptionType: 'UnsupportedMediaTypeException',
    exitCode: 2,
    title: 'The content type does not fit the operation.',
  },
  TooManyRequests: {
    status: 429,
    exceptionType: 'TooManyRequestsException',
    exitCode: 1,
    title: 'A per-user limit is reached.',
  },
  Internal: {
    status: 500,
    exceptionType: 'InternalServerErrorException',
    exitCode: 1,
    title: 'An unexpected fault; the message is a GUID to search in the log.',
  },
  InterpreterLost: {
    status: 500,
    exceptionType: 'InterpreterLostException',
    exitCode: 1,
    title: 'The interpreter died during the call; the message is a GUID to search in the compute node log.',
  },
  DeadlineExceeded: {
    status: 500,
    exceptionType: 'TimeoutException',
    exitCode: 1,
    title: 'The call ran longer than its deadline and was stopped.',
  },
  ServiceBusy: {
    status: 503,
    exceptionType: 'ServiceBusyException',
    exitCode: 1,
    title: 'No interpreter can take the work now; try again after Retry-After seconds.',
  },
  BackEndBusy: {
    status: 503,
    exceptionType: 'BackEndBusyException',
    exitCode: 1,
    title: 'No compute node can be reached or take the work now.',
  },
  NotConfigured: {
    status: 503,
    exceptionType: 'NotConfiguredException',
    exitCode: 1,
    title: 'The node has not been set up yet.',
  },
  DatabaseUnavailable: {
    status: 503,
    exceptionType: 'DatabaseUnavailableException',
    exitCode: 1,
    title: 'The database cannot be reached.',
  },
} as const;

/** A code of the catalogue. */
export type ErrorCode = keyof typeof errorCatalogue;
