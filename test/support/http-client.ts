import assert from 'node:assert/strict';

/** What came back, read whole. */
export interface Answer {
  status: number;
  headers: Headers;
  bytes: Buffer;
  text: string;
  /** The parsed body; fails the test when it is not JSON. The caller says what it expects it to be. */
  json<T = Record<string, unknown>>(): T;
}

export interface RequestOptions {
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is. */
  body?: string | Uint8Array<ArrayBuffer> | FormData;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';

/** Speaks HTTP to one web node, with a token or without. */
export interface HttpClient {
  readonly url: string;
  readonly token: string | null;
  request(method: Method, path: string, options?: RequestOptions): Promise<Answer>;
  get(path: string): Promise<Answer>;
  post(path: string, json?: unknown): Promise<Answer>;
  patch(path: string, json?: unknown): Promise<Answer>;
  delete(path: string): Promise<Answer>;
}

/** A client that sends `token` as Bearer, or nothing. */
export function httpClient(url: string, token: string | null = null): HttpClient {
  const request: HttpClient['request'] = async (method, path, options = {}) => {
    const { json, body, headers, signal } = options;
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
        ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(signal === undefined ? {} : { signal }),
      ...(json === undefined ? (body === undefined ? {} : { body }) : { body: JSON.stringify(json) }),
    });
    return readAnswer(response, `${method} ${path}`);
  };
  return {
    url,
    token,
    request,
    get: (path) => request('GET', path),
    post: (path, json) => request('POST', path, { json }),
    patch: (path, json) => request('PATCH', path, { json }),
    delete: (path) => request('DELETE', path),
  };
}

async function readAnswer(response: Response, what: string): Promise<Answer> {
  const bytes = Buffer.from(await response.arrayBuffer());
  const text = bytes.toString('utf8');
  return {
    status: response.status,
    headers: response.headers,
    bytes,
    text,
    json<T>(): T {
      try {
        return JSON.parse(text) as T;
      } catch {
        assert.fail(
          `${what} answered ${response.status} with something that is not JSON: ${text.slice(0, 500)}`,
        );
      }
    },
  };
}

/** The error body of every answer that is not a success. */
export interface ErrorBody {
  message: string;
  link: string | null;
  exceptionType: string;
  code: number;
  fields: string | null;
}

/** Fails unless the answer is an error of that status with a complete error body; returns the body. */
export function assertError(answer: Answer, status: number): ErrorBody {
  assert.equal(answer.status, status, answer.text.slice(0, 1000));
  const body = answer.json<ErrorBody>();
  assert.deepEqual(Object.keys(body), ['message', 'link', 'exceptionType', 'code', 'fields']);
  assert.notEqual(body.message, '');
  assert.equal(body.code, status);
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
  return body;
}

/** Fails unless the answer has that status; shows the body otherwise. */
export function assertStatus(answer: Answer, status: number): Answer {
  assert.equal(answer.status, status, answer.text.slice(0, 2000));
  return answer;
}
