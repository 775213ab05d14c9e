/** The body of every answer that is not 2xx. */
export interface ErrorBody {
  /** For people; on unexpected faults only a GUID that can be searched in the logs. */
  message: string;
  link: string | null;
  exceptionType: string;
  /** The HTTP status. */
  code: number;
  /** Offending request fields, comma separated, or null. */
  fields: string | null;
}
