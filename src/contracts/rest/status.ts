export type StatusCode = 'pass' | 'warn' | 'fail';

/** GET /status: a tree whose leaves have `components: null`. */
export interface StatusResponse {
  statusCode: StatusCode;
  details: Record<string, string | number | boolean>;
  components: Record<string, StatusResponse> | null;
}
