import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertError, assertStatus } from '../support/http-client.ts';
import { consume, inBoth, publish, run, runFailing, runtimes, signedIn } from '../support/platform.ts';

const glm = {
  R: 'model <- glm(am ~ hp + wt, data = mtcars, family = binomial)',
  // The coefficients R finds.
  Python: 'from math import exp\ncoefficients = (18.8662987172, 0.0362555960822, -8.08347518244)',
};
const predict = {
  R: 'answer <- predict(model, data.frame(hp = hp, wt = wt), type = "response")',
  Python: 'a, b, c = coefficients\nanswer = 1 / (1 + exp(-(a + b * hp + c * wt)))',
};

for (const runtime of runtimes) {
  const pick = <T>(variants: { R: T; Python: T }): T => inBoth(variants, runtime);
  const service = { runtimeType: runtime };

  test(`rest-43: the ${runtime} model answers with a bare number and an empty errorMessage`, async () => {
    const client = await signedIn();
    const published = await publish(client, {
      ...service,
      initCode: pick(glm),
      code: pick(predict),
      inputs: { hp: 'numeric', wt: 'numeric' },
      outputs: { answer: 'numeric' },
    });
    const answer = assertStatus(await client.post(published.api, { hp: 120, wt: 2.8 }), 200);
    const result = answer.json<{ outputParameters: { answer: number }; errorMessage: string }>();
    assert.ok(Math.abs(result.outputParameters.answer - 0.6418125) < 1e-6, answer.text);
    assert.equal(result.errorMessage, '');
    assert.deepEqual(Object.keys(result), [
      'success',
      'errorMessage',
      'outputParameters',
      'outputFiles',
      'consoleOutput',
      'changedFiles',
    ]);
    assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8');
    assert.equal(answer.text, JSON.stringify(JSON.parse(answer.text)));
  });

  test(`rest-44, rest-45: a missing or mistyped input of a ${runtime} service is 400 naming it, more is ignored`, async () => {
    const client = await signedIn();
    const { api } = await publish(client, {
      ...service,
      code: pick({ R: 'z <- x + y', Python: 'z = x + y' }),
      inputs: { x: 'numeric', y: 'integer' },
      outputs: { z: 'numeric' },
    });
    const refused = async (body: unknown, field: string | null) =>
      assert.equal(assertError(await client.post(api, body), 400).fields, field);
    await refused({ x: 1 }, 'y');
    await refused({ x: '1', y: 1 }, 'x');
    await refused({ x: true, y: 1 }, 'x');
    await refused({ x: 1, y: 1.5 }, 'y');
    await refused([1], null);
    assertStatus(await client.post(api, { x: 1, y: 1.0, more: 'x' }), 200);
    assertStatus(await client.post(api, { x: 1e3, y: [1] }), 200);
  });

  test(`rest-46: a data frame of n rows comes back from ${runtime} as arrays of n, also for one row`, async () => {
    const client = await signedIn();
    const published = await publish(client, {
      ...service,
      code: pick({
        R: 'out <- data.frame(sum = data$a + data$b, name = data$name)',
        Python: 'out = data.assign(sum=data.a + data.b)[["sum", "name"]]',
      }),
      inputs: { data: 'data.frame' },
      outputs: { out: 'data.frame' },
    });
    const frame = { a: [1, 2, 3], b: [0.5, 1.5, 2.5], name: ['x', 'y', 'ä'] };
    const three = await consume(client, published, { data: frame });
    assert.deepEqual(three.outputParameters, { out: { sum: [1.5, 3.5, 5.5], name: ['x', 'y', 'ä'] } });
    const one = await consume(client, published, { data: { a: [1], b: [0.5], name: ['x'] } });
    assert.deepEqual(one.outputParameters, { out: { sum: [1.5], name: ['x'] } });
    const rows = await consume(client, published, { data: [{ a: 1, b: 0.5, name: 'x' }] });
    assert.deepEqual(rows.outputParameters, { out: { sum: [1.5], name: ['x'] } });
    const unequal = await client.post(published.api, { data: { a: [1, 2], b: [1], name: ['x', 'y'] } });
    assert.match(assertError(unequal, 400).fields ?? '', /data/);
  });

  test(`rest-47: text that holds JSON stays text in ${runtime}`, async () => {
    const text = '{"a":[1,"ü"],"b":null}\n\t"\\';
    const { outputParameters } = await run(
      await signedIn(),
      {
        ...service,
        code: pick({ R: 'out <- text', Python: 'out = text' }),
        inputs: { text: 'character' },
        outputs: { out: 'character' },
      },
      { text },
    );
    assert.deepEqual(outputParameters, { out: text });
  });

  test(`rest-48: a matrix arrives in ${runtime} by rows and goes back by rows`, async () => {
    const { outputParameters } = await run(
      await signedIn(),
      {
        ...service,
        code: pick({
          R: 'first <- m[1, ]; size <- dim(m); back <- m',
          Python: 'first = m[0].tolist()[0]\nsize = list(m.shape)\nback = m',
        }),
        inputs: { m: 'matrix' },
        outputs: { first: 'vector', size: 'vector', back: 'matrix' },
      },
      {
        m: [
          [1, 2],
          [3, 4],
        ],
      },
    );
    assert.deepEqual(outputParameters, {
      first: [1, 2],
      size: [2, 2],
      back: [
        [1, 2],
        [3, 4],
      ],
    });
  });

  test(`rest-49: missing values of ${runtime} are null, infinities text, and the body is valid JSON`, async () => {
    const { outputParameters } = await run(await signedIn(), {
      ...service,
      code: pick({
        R: 'out <- data.frame(n = c(NA, NaN, Inf, -Inf, 1), s = c(NA, "NA", "NaN", "", "x"), l = c(NA, TRUE, FALSE, TRUE, TRUE))',
        Python:
          'import pandas as pd\nout = pd.DataFrame({"n": [None, float("nan"), float("inf"), -float("inf"), 1], "s": [None, "NA", "NaN", "", "x"], "l": [None, True, False, True, True]})',
      }),
      outputs: { out: 'data.frame' },
    });
    assert.deepEqual(outputParameters, {
      out: {
        n: [null, null, 'Inf', '-Inf', 1],
        s: [null, 'NA', 'NaN', '', 'x'],
        l: [null, true, false, true, true],
      },
    });
  });

  test(`rest-50: numbers of ${runtime} keep their precision`, async () => {
    const { outputParameters } = await run(
      await signedIn(),
      {
        ...service,
        code: pick({
          R: 'third <- 1 / 3; same <- x; big <- 2147483647L',
          Python: 'third = 1 / 3\nsame = x\nbig = 2147483647',
        }),
        inputs: { x: 'numeric' },
        outputs: { third: 'numeric', same: 'numeric', big: 'integer' },
      },
      { x: 51.110295255533131 },
    );
    assert.deepEqual(outputParameters, { third: 1 / 3, same: 51.110295255533131, big: 2147483647 });
  });

  test(`rest-51: labels and ISO dates come out of ${runtime}`, async () => {
    const { outputParameters } = await run(await signedIn(), {
      ...service,
      code: pick({
        R: 'out <- data.frame(f = factor(c("lo", "hi")), d = as.Date(c("2024-02-29", NA)), t = as.POSIXct(c("2024-02-29 12:00:00", "2024-02-29 12:00:00.5"), tz = "UTC"))',
        Python:
          'import pandas as pd, datetime as dt\nout = pd.DataFrame({"f": pd.Categorical(["lo", "hi"]), "d": [dt.date(2024, 2, 29), None], "t": pd.to_datetime(["2024-02-29 12:00:00", "2024-02-29 12:00:00.5"], utc=True)})',
      }),
      outputs: { out: 'data.frame' },
    });
    assert.deepEqual(outputParameters, {
      out: {
        f: ['lo', 'hi'],
        d: ['2024-02-29', null],
        t: ['2024-02-29T12:00:00Z', '2024-02-29T12:00:00.500Z'],
      },
    });
  });

  test(`rest-53: ${runtime} code that stops with an error is 200 with success false`, async () => {
    const result = await runFailing(await signedIn(), {
      ...service,
      code: pick({
        R: 'print("before"); y <- 1; stop("no luck today")',
        Python: 'print("before")\ny = 1\nraise ValueError("no luck today")',
      }),
      outputs: { y: 'numeric' },
    });
    assert.match(result.errorMessage, /no luck today/);
    assert.match(result.consoleOutput, /before/);
    assert.deepEqual(result.outputParameters, {});
  });

  test(`rest-53: ${runtime} code that does not parse, or whose initCode fails, is the same`, async () => {
    const client = await signedIn();
    await runFailing(client, { ...service, code: pick({ R: 'x <- (', Python: 'x = (' }) });
    const initCode = pick({ R: 'stop("bad init")', Python: 'raise ValueError("bad init")' });
    const result = await runFailing(client, {
      ...service,
      code: pick({ R: 'x <- 1', Python: 'x = 1' }),
      initCode,
    });
    assert.match(result.errorMessage, /bad init/);
  });

  test(`rest-54: a declared output that ${runtime} code never assigns is success false and named`, async () => {
    const result = await runFailing(await signedIn(), {
      ...service,
      code: pick({ R: 'x <- 1', Python: 'x = 1' }),
      outputs: { x: 'numeric', forgotten: 'numeric' },
    });
    assert.match(result.errorMessage, /forgotten/);
    assert.deepEqual(result.outputParameters, {});
  });

  test(`rest-55: of two declared files ${runtime} made one: base64 and null`, async () => {
    const result = await run(await signedIn(), {
      ...service,
      code: pick({
        R: 'writeBin(as.raw(c(0, 255, 10, 13)), "made.bin"); cat("x", file = "other.txt")',
        Python: 'open("made.bin", "wb").write(bytes([0, 255, 10, 13]))\nopen("other.txt", "w").write("x")',
      }),
      outputFileNames: ['made.bin', 'absent.bin'],
    });
    assert.deepEqual(result.outputFiles, { 'made.bin': 'AP8KDQ==', 'absent.bin': null });
    assert.deepEqual([...result.changedFiles].sort(), ['made.bin', 'other.txt']);
  });

  test(`rest-56: a ${runtime} call sees nothing of the one before, but all of initCode`, async () => {
    const client = await signedIn();
    const published = await publish(client, {
      ...service,
      initCode: pick({ R: 'constant <- 5', Python: 'constant = 5' }),
      code: pick({
        R: `seen <- c(exists("left"), exists("global"), file.exists("left.txt"), Sys.getenv("LEFT") != "", file.exists("/tmp/left.txt"), getOption("digits") == 3)
            left <- 1; global <<- 1; cat("x", file = "left.txt"); cat("x", file = "/tmp/left.txt"); Sys.setenv(LEFT = "1"); options(digits = 3)
            value <- constant; constant <<- 6; constant <- 7`,
        Python: `import os, builtins
seen = ["left" in globals(), hasattr(builtins, "left"), os.path.exists("left.txt"), "LEFT" in os.environ, os.path.exists("/tmp/left.txt"), False]
left = 1
open("left.txt", "w").write("x"); open("/tmp/left.txt", "w").write("x"); os.environ["LEFT"] = "1"
value = constant
constant = 7`,
      }),
      outputs: { seen: 'vector', value: 'numeric' },
    });
    for (let call = 0; call < 4; call++) {
      const { outputParameters } = await consume(client, published);
      assert.deepEqual(outputParameters, { seen: Array(6).fill(false), value: 5 }, `call ${call}`);
    }
  });

  test(`${runtime}: an empty body is fine for a service without inputs, also typed as JSON`, async () => {
    const client = await signedIn();
    const published = await publish(client, {
      ...service,
      code: pick({ R: 'print("hello"); y <- TRUE', Python: 'print("hello")\ny = True' }),
      outputs: { y: 'logical' },
    });
    for (const headers of [{}, { 'Content-Type': 'application/json; charset=utf-8' }]) {
      const answer = assertStatus(await client.request('POST', published.api, { headers }), 200);
      assert.equal(answer.json<{ outputParameters: { y: boolean } }>().outputParameters.y, true);
      assert.match(answer.json<{ consoleOutput: string }>().consoleOutput, /hello/);
    }
  });
}

test('rest-52: a Python service with float inputs and a DataFrame output is listed and answers as such', async () => {
  const client = await signedIn();
  const published = await publish(client, {
    runtimeType: 'Python',
    code: 'def f(hp, wt):\n    import pandas as pd\n    return pd.DataFrame({"am_Pred": [hp / wt]})\n\nanswer = f(hp, wt)',
    inputs: { hp: 'numeric', wt: 'numeric' },
    outputs: { answer: 'data.frame' },
  });
  const [listed] = (await client.get(`/services/${published.name}/v1`)).json<Record<string, unknown>[]>();
  assert.deepEqual(listed?.inputParameterDefinitions, [
    { name: 'hp', type: 'numeric' },
    { name: 'wt', type: 'numeric' },
  ]);
  assert.deepEqual(listed?.outputParameterDefinitions, [{ name: 'answer', type: 'data.frame' }]);
  const { outputParameters } = await consume(client, published, { hp: 120, wt: 2.5 });
  assert.deepEqual(outputParameters, { answer: { am_Pred: [48] } });
});
