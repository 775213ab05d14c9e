/**
 * The quick start: a model fitted in a remote session becomes a web service, in R and in Python, and is called.
 * Speaks the REST API the way any client would; `scripts/demo.sh` sets the server up.
 */
const endpoint = process.argv[2] ?? 'http://localhost:12800';
const password = process.env['PLINTH_ADMIN_PASSWORD'] ?? '';

interface Quickstart {
  runtime: 'R' | 'Python';
  service: string;
  fit: string;
  consume: string;
}

const quickstarts: Quickstart[] = [
  {
    runtime: 'R',
    service: 'transmission',
    fit: 'carsModel <- glm(formula = am ~ hp + wt, data = mtcars, family = binomial)\nprint(coef(carsModel))',
    consume:
      'newdata <- data.frame(hp = hp, wt = wt)\nanswer <- predict(carsModel, newdata, type = "response")',
  },
  {
    runtime: 'Python',
    service: 'transmission-py',
    fit: `
import pandas
from sklearn.linear_model import LogisticRegression
cars = pandas.DataFrame({
    "hp": [110, 110, 93, 110, 175, 105, 245, 62, 95, 123, 123, 180, 180, 180, 205, 215, 230, 66, 52, 65, 97, 150, 150, 245, 175, 66, 91, 113, 264, 175, 335, 109],
    "wt": [2.62, 2.875, 2.32, 3.215, 3.44, 3.46, 3.57, 3.19, 3.15, 3.44, 3.44, 4.07, 3.73, 3.78, 5.25, 5.424, 5.345, 2.2, 1.615, 1.835, 2.465, 3.52, 3.435, 3.84, 3.845, 1.935, 2.14, 1.513, 3.17, 2.77, 3.57, 2.78],
    "am": [1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1],
})
cars_model = LogisticRegression(C=1e9, solver="newton-cg", tol=1e-10, max_iter=1000).fit(cars[["hp", "wt"]], cars["am"])
print(cars_model.coef_, cars_model.intercept_)`,
    consume: `
import pandas
answer = float(cars_model.predict_proba(pandas.DataFrame({"hp": [hp], "wt": [wt]}))[0, 1])`,
  },
];

let token = '';

async function send(
  method: string,
  path: string,
  body?: object,
  headers: Record<string, string> = {},
): Promise<Response> {
  const response = await fetch(endpoint + path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok)
    throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
  return response;
}

const read = async <T>(response: Promise<Response>): Promise<T> => (await (await response).json()) as T;
const print = (text: string): void => void process.stdout.write(`${text}\n`);

async function demonstrate({ runtime, service, fit, consume }: Quickstart): Promise<void> {
  print(`\n── ${runtime} ─────────────────────────────────────────────`);
  const { sessionId } = await read<{ sessionId: string }>(
    send('POST', '/sessions', { runtimeType: runtime }),
  );
  print(`session    ${sessionId}`);

  const fitted = await read<{ success: boolean; errorMessage: string; consoleOutput: string }>(
    send('POST', `/sessions/${sessionId}/execute`, { code: fit }),
  );
  if (!fitted.success) throw new Error(fitted.errorMessage);
  print(`fitted     ${fitted.consoleOutput.trim().replaceAll('\n', '\n           ')}`);

  const { snapshotId } = await read<{ snapshotId: string }>(
    send('POST', `/sessions/${sessionId}/snapshot`, { name: service }),
  );
  await send('DELETE', `/sessions/${sessionId}`);
  print(`snapshot   ${snapshotId}`);

  const numeric = (name: string) => ({ name, type: 'numeric' });
  const published = await read<string>(
    send('POST', `/services/${service}/v1.0.0`, {
      runtimeType: runtime,
      code: consume,
      snapshotId,
      operationId: 'manualTransmission',
      description: 'Probability that a car has a manual transmission',
      inputParameterDefinitions: [numeric('hp'), numeric('wt')],
      outputParameterDefinitions: [numeric('answer')],
    }),
  );
  print(`published  ${published}`);

  const input = { hp: 120, wt: 2.8 };
  await send('POST', published, input);
  const answer = await send('POST', published, input, { 'x-plinth-timings': '1' });
  const result = (await answer.json()) as {
    success: boolean;
    errorMessage: string;
    outputParameters: { answer: number };
  };
  if (!result.success) throw new Error(result.errorMessage);
  print(`called     ${JSON.stringify(input)} → ${JSON.stringify(result.outputParameters)}`);
  print(`stages     ${answer.headers.get('server-timing')} (milliseconds)`);
  print(`swagger    ${endpoint}${published}/swagger.json`);
  const expected = 0.6418125;
  if (Math.abs(result.outputParameters.answer - expected) > 1e-6)
    throw new Error(`expected ${expected} within 1e-6`);
}

const login = await read<{ access_token: string }>(send('POST', '/login', { username: 'admin', password }));
token = login.access_token;
print(`Signed in at ${endpoint} as admin.`);
for (const quickstart of quickstarts) await demonstrate(quickstart);
print('\nBoth models answer. 👍');
