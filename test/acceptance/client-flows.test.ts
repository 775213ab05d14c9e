/** What clients in the field send, byte for byte where it matters, and what they insist on (spec section 15). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, assertStatus, httpClient } from '../support/http-client.ts';
import { adminPassword } from '../support/one-box.ts';
import { anonymous, signedIn, uniqueName } from '../support/platform.ts';

/** AutoRest clients throw on any other code of success, and on a body that is neither empty nor JSON. */
function exactly(answer: Answer, status: number): Answer {
  assertStatus(answer, status);
  if (answer.text !== '') answer.json();
  return answer;
}

const indented = { 'Content-Type': 'application/json; charset=utf-8' };
const pretty = (value: object): string => JSON.stringify(value, null, 2).replaceAll('\n', '\r\n');

test('rest-95: the C# validator, steps 1 to 8 and 14 to 16', async () => {
  const client = await anonymous();
  const login = await client.request('POST', '/login', {
    body: pretty({ username: 'admin', password: adminPassword }),
    headers: indented,
  });
  const { access_token } = exactly(login, 200).json<{ access_token: string }>();
  const autorest = httpClient(client.url, access_token);
  const post = (path: string, value: object) =>
    autorest.request('POST', path, { body: pretty(value), headers: indented });

  const status = exactly(await autorest.get('/status'), 200).json<{ statusCode: string }>();
  assert.equal(status.statusCode.toLowerCase(), 'pass');
  const { sessionId } = exactly(await post('/sessions', {}), 201).json<{ sessionId: string }>();
  const code = 'carsModel <- glm(formula = am ~ hp + wt, data = mtcars, family = binomial)';
  const fitted = exactly(await post(`/sessions/${sessionId}/execute`, { code }), 200);
  assert.notEqual(fitted.json<{ success: boolean }>().success, false);
  const ticks = String(Date.now() * 10_000);
  const snapshot = await post(`/sessions/${sessionId}/snapshot`, { name: `validate${ticks}` });
  const { snapshotId } = exactly(snapshot, 201).json<{ snapshotId: string }>();

  const service = `myMtService${ticks}/v1.0.0`;
  const published = await post(`/services/${service}`, {
    snapshotId,
    code: 'manualTransmission <- function(hp, wt) {\n  newdata <- data.frame(hp = hp, wt = wt)\n  predict(carsModel, newdata, type = "response")\n}\nanswer <- manualTransmission(hp, wt)',
    description: 'validation',
    operationId: 'manualTransmission',
    inputParameterDefinitions: [
      { name: 'hp', type: 'numeric' },
      { name: 'wt', type: 'numeric' },
    ],
    outputParameterDefinitions: [{ name: 'answer', type: 'numeric' }],
    runtimeType: 'R',
  });
  exactly(published, 201);
  const swagger = exactly(await autorest.get(`/api/${service}/swagger.json`), 200).json();
  assert.equal(typeof swagger, 'object');
  const consumed = exactly(await post(`/api/${service}`, { hp: 120.0, wt: 2.8 }), 200);
  const result = consumed.json<{ success: boolean; outputParameters: { answer: number } }>();
  assert.notEqual(result.success, false);
  assert.ok(Math.abs(result.outputParameters.answer - 0.6418125) < 1e-6);

  exactly(await autorest.delete(`/snapshots/${snapshotId}`), 200);
  assert.equal(exactly(await autorest.delete(`/services/${service}`), 200).text, '');
  exactly(await autorest.delete(`/sessions/${sessionId}`), 200);
});

/** OkHttp types everything as JSON, also when there is no body. */
const okHttp = { 'Content-Type': 'application/json; charset=utf-8', Accept: 'application/json' };

for (const runtimeType of ['R', 'Python'])
  test(`rest-95: the Java remote execution app with ${runtimeType}`, async () => {
    const { url, token } = await signedIn();
    const java = httpClient(url, token);
    const post = (path: string, value?: object) =>
      java.request('POST', path, {
        headers: okHttp,
        ...(value === undefined ? {} : { body: JSON.stringify(value) }),
      });
    const { sessionId } = exactly(await post('/sessions', { runtimeType }), 201).json<{
      sessionId: string;
    }>();
    const code = runtimeType === 'R' ? 'x <- 1\r\nx + 1\r\n' : 'x = 1\r\nprint(x + 1)\r\n';
    const shown = exactly(await post(`/sessions/${sessionId}/execute`, { code }), 200);
    const { errorMessage, consoleOutput } = shown.json<{ errorMessage: string; consoleOutput: string }>();
    assert.equal(errorMessage, '');
    assert.match(consoleOutput, /2/);
    const failing = exactly(await post(`/sessions/${sessionId}/execute`, { code: 'nowhere + 1' }), 200);
    assert.match(failing.json<{ errorMessage: string }>().errorMessage, /nowhere/);
    const snapshot = exactly(await post(`/sessions/${sessionId}/snapshot`, { name: sessionId }), 201);
    const { snapshotId } = snapshot.json<{ snapshotId: string }>();
    exactly(await post(`/sessions/${sessionId}/cancel`), 200);
    exactly(await post(`/sessions/${sessionId}/loadsnapshot/${snapshotId}`), 200);
    exactly(await java.request('DELETE', `/sessions/${sessionId}`, { headers: okHttp }), 200);
    exactly(await java.request('DELETE', `/snapshots/${snapshotId}`, { headers: okHttp }), 200);
  });

test('rest-95: the Java service management app', async () => {
  const client = await signedIn();
  const name = uniqueName('java');
  const java = httpClient(client.url, client.token);
  assert.ok(Array.isArray(exactly(await java.get('/services'), 200).json()));
  const published = await java.request('POST', `/services/${name}/1.0`, {
    headers: okHttp,
    body: JSON.stringify({
      code: 'res <- data.frame(n = nrow(data))',
      inputParameterDefinitions: [{ name: 'data', type: 'data.frame' }],
      outputParameterDefinitions: [{ name: 'res', type: 'data.frame' }],
    }),
  });
  exactly(published, 201);
  const [first] = exactly(await java.get(`/services/${name}/1.0`), 200).json<{ version: string }[]>();
  assert.equal(first?.version, '1.0');
  const swagger = await java.request('GET', `/api/${name}/1.0/swagger.json`, { headers: okHttp });
  assert.equal(exactly(swagger, 200).json<{ swagger: string }>().swagger, '2.0');
  exactly(await java.request('DELETE', `/services/${name}/1.0`, { headers: okHttp }), 200);
});

test('rest-95: the Java chat bot opens a session from a snapshot and reads element 0 of a text', async () => {
  const client = await signedIn();
  const { sessionId } = (await client.post('/sessions', { runtimeType: 'R' })).json<{ sessionId: string }>();
  await client.post(`/sessions/${sessionId}/execute`, { code: 'words <- c("zero", "one", "two")' });
  const taken = await client.post(`/sessions/${sessionId}/snapshot`, {});
  const { snapshotId } = exactly(taken, 201).json<{ snapshotId: string }>();
  await client.delete(`/sessions/${sessionId}`);
  const bot = exactly(await client.post('/sessions', { snapshotId, runtimeType: 'R' }), 201).json<{
    sessionId: string;
  }>();
  const answer = exactly(
    await client.post(`/sessions/${bot.sessionId}/execute`, {
      code: 'res <- paste("You said", words[mynum - 35])',
      inputParameters: [{ name: 'mynum', value: 37 }],
      outputParameters: ['res'],
    }),
    200,
  );
  assert.deepEqual(answer.json<{ outputParameters: object[] }>().outputParameters, [
    { name: 'res', value: ['You said one'] },
  ]);
  exactly(await client.delete(`/sessions/${bot.sessionId}`), 200);
});

test('rest-95: the Java service consumer sends the columns of a frame in any order', async () => {
  const client = await signedIn();
  const name = uniqueName('scoreRxLogit');
  exactly(
    await client.post(`/services/${name}/v1`, {
      code: 'score <- data.frame(p = 1 / (1 + exp(-data$Start)))',
      operationId: 'ScoreRxLogit',
      inputParameterDefinitions: [{ name: 'data', type: 'data.frame' }],
      outputParameterDefinitions: [{ name: 'score', type: 'data.frame' }],
    }),
    201,
  );
  for (const data of [
    { Age: [71], Number: [3], Start: [5] },
    { Start: [5], Age: [71], Number: [3] },
  ]) {
    const answer = await client.request('POST', `/api/${name}/v1`, {
      headers: okHttp,
      body: JSON.stringify({ data }),
    });
    const { outputParameters } = exactly(answer, 200).json<{ outputParameters: object }>();
    assert.deepEqual(outputParameters, { score: { p: [1 / (1 + Math.exp(-5))] } });
  }
});

test('a load-test plan appends blank lines, a browser client two blanks and an Origin', async () => {
  const client = await signedIn();
  const name = uniqueName('plain');
  exactly(
    await client.post(`/services/${name}/v1`, {
      code: 'n <- length(v)',
      inputParameterDefinitions: [{ name: 'v', type: 'vector' }],
      outputParameterDefinitions: [{ name: 'n', type: 'integer' }],
    }),
    201,
  );
  const answer = await httpClient(client.url).request('POST', `/api/${name}/v1`, {
    body: `${JSON.stringify({ v: Array(1000).fill(1.5) })}\r\n\r\n`,
    headers: { Authorization: `Bearer  ${client.token}`, Accept: 'text/plain', Origin: 'http://localhost' },
  });
  assert.equal(exactly(answer, 200).json<{ outputParameters: { n: number } }>().outputParameters.n, 1000);
});
