/** An element of GET /snapshots. */
export interface Snapshot {
  id: string;
  name: string;
  owner: string;
  /** `yyyy-MM-ddTHH:mm:ss.fff`, UTC, without a zone. */
  creationTime: string;
  /** Bytes of the zip, at most 2147483647: old clients read a 32-bit integer. */
  contentSize: number;
}
