/**
 * Publishes the jobs of the benchmark on a running one-box and prints the targets file for `load/bench.py`:
 * the same models, bodies and answers as the peers give.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const endpoint = process.argv[2] ?? 'http://localhost:18800';
const password = process.env['PLINTH_ADMIN_PASSWORD'] ?? '';

interface Job {
  job: string;
  body: string;
  runtime: 'R' | 'Python';
  /** Model file sent into the session's working directory, and the code that loads it there. */
  model?: { file: string; load: string };
  initCode?: string;
  code: string;
  inputs: Record<string, string>;
  output: string;
}

const glm = { file: 'cars_glm.rds', load: 'carsModel <- readRDS("cars_glm.rds"); unlink("cars_glm.rds")' };
const pickled = (name: string, file: string) => ({
  file,
  load: `import pickle, os\nwith open("${file}", "rb") as f: ${name} = pickle.load(f)\nos.remove("${file}")`,
});
const iris = { sl: 'numeric', sw: 'numeric', pl: 'numeric', pw: 'numeric' };

const jobs: Job[] = [
  {
    job: 'A',
    body: 'A',
    runtime: 'R',
    model: glm,
    inputs: { hp: 'numeric', wt: 'numeric' },
    output: 'numeric',
    code: 'newdata <- data.frame(hp = hp, wt = wt)\nanswer <- unname(predict(carsModel, newdata, type = "response"))',
  },
  {
    job: 'CR',
    body: 'C',
    runtime: 'R',
    inputs: { x: 'numeric', y: 'numeric' },
    output: 'numeric',
    code: 'answer <- x + y',
  },
  {
    job: 'DR',
    body: 'DR',
    runtime: 'R',
    model: glm,
    inputs: { inputData: 'data.frame' },
    output: 'data.frame',
    code: 'answer <- inputData\nanswer$answer <- unname(predict(carsModel, inputData, type = "response"))',
  },
  {
    job: 'B',
    body: 'B',
    runtime: 'Python',
    model: pickled('lr', 'iris_lr.pkl'),
    inputs: iris,
    output: 'integer',
    code: 'answer = int(lr.predict([[sl, sw, pl, pw]])[0])',
  },
  {
    job: 'BG',
    body: 'B',
    runtime: 'Python',
    model: pickled('gb', 'iris_gb.pkl'),
    inputs: iris,
    output: 'integer',
    code: 'answer = int(gb.predict([[sl, sw, pl, pw]])[0])',
  },
  {
    job: 'CP',
    body: 'C',
    runtime: 'Python',
    inputs: { x: 'numeric', y: 'numeric' },
    output: 'numeric',
    code: 'answer = x + y',
  },
  {
    job: 'DP',
    body: 'DP',
    runtime: 'Python',
    model: pickled('lr', 'iris_lr.pkl'),
    inputs: { inputData: 'data.frame' },
    output: 'data.frame',
    code: 'answer = inputData\nanswer["answer"] = lr.predict(answer[["sl", "sw", "pl", "pw"]].to_numpy())',
  },
];

let token = '';

async function send(method: string, path: string, body?: object | FormData): Promise<Response> {
  const form = body instanceof FormData;
  const response = await fetch(endpoint + path, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(form ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
  });
  if (!response.ok)
    throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
  return response;
}

const read = async <T>(response: Promise<Response>): Promise<T> => (await (await response).json()) as T;

async function snapshotWith(runtime: 'R' | 'Python', model: { file: string; load: string }): Promise<string> {
  const { sessionId } = await read<{ sessionId: string }>(
    send('POST', '/sessions', { runtimeType: runtime }),
  );
  const form = new FormData();
  form.set('file', new Blob([readFileSync(resolve(import.meta.dirname, 'models', model.file))]), model.file);
  await send('POST', `/sessions/${sessionId}/files`, form);
  const loaded = await read<{ success: boolean; errorMessage: string }>(
    send('POST', `/sessions/${sessionId}/execute`, { code: model.load }),
  );
  if (!loaded.success) throw new Error(loaded.errorMessage);
  const { snapshotId } = await read<{ snapshotId: string }>(
    send('POST', `/sessions/${sessionId}/snapshot`, {}),
  );
  await send('DELETE', `/sessions/${sessionId}`);
  return snapshotId;
}

async function publish(job: Job): Promise<string> {
  return read<string>(
    send('POST', `/services/bench-${job.job}/v1`, {
      runtimeType: job.runtime,
      code: job.code,
      ...(job.model === undefined ? {} : { snapshotId: await snapshotWith(job.runtime, job.model) }),
      inputParameterDefinitions: Object.entries(job.inputs).map(([name, type]) => ({ name, type })),
      outputParameterDefinitions: [{ name: 'answer', type: job.output }],
    }),
  );
}

token = (await read<{ access_token: string }>(send('POST', '/login', { username: 'admin', password })))
  .access_token;
const targets: object[] = [];
for (const job of jobs) {
  const path = await publish(job);
  targets.push({
    name: 'plinth',
    job: job.job,
    url: endpoint + path,
    body: job.body,
    headers: { Authorization: `Bearer ${token}` },
  });
}
process.stdout.write(`${JSON.stringify(targets, null, 1)}\n`);
