/** rest-61 with a generator of today: the documents are valid, the client made from one compiles and works. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import SwaggerParser from '@apidevtools/swagger-parser';
import { generateApi } from 'swagger-typescript-api';
import { type HttpClient, httpClient } from '../support/http-client.ts';
import { adminPassword } from '../support/one-box.ts';
import { inBoth, type Published, publish, runtimes, signedIn } from '../support/platform.ts';

/** Neither library exports the type of Swagger 2.0. */
type SwaggerDocument = Record<string, unknown>;

const run = promisify(execFile);
const tsc = resolve(import.meta.dirname, '../../node_modules/typescript/bin/tsc');

async function documentOf(client: HttpClient, path: string): Promise<SwaggerDocument> {
  const document = (await client.get(path)).json<SwaggerDocument>();
  // Validation resolves references in place.
  await SwaggerParser.validate(structuredClone(document) as never);
  return document;
}

/** Signs in, calls the service and shows what came: every name in it is one the generator has made. */
const program = `
import { Api } from './client.ts';
const [baseUrl = '', password = ''] = process.argv.slice(2);
const api = new Api<string>({
  baseUrl,
  securityWorker: (token) => (token ? { headers: { Authorization: \`Bearer \${token}\` } } : {}),
});
const { data: login } = await api.login.login({ username: 'admin', password });
api.setSecurityData(login.access_token ?? null);
const { data: result } = await api.api.orderTotal({ price: 2.5, qty: 4, note: 'x', data: { a: [1, 2] } });
const total: number | undefined = result.outputParameters?.total;
// This generator calls base64 a Blob.
const plot: unknown = result.outputFiles?.['plot.txt'];
const refused = await api.api.orderTotal({ price: 2.5 }).catch((answer: { status: number }) => answer.status);
console.log(JSON.stringify({ total, plot, errorMessage: result.errorMessage, table: result.outputParameters?.table, refused }));
`;

const config = {
  compilerOptions: {
    target: 'es2023',
    module: 'nodenext',
    lib: ['es2023', 'dom', 'dom.iterable'],
    types: ['node'],
    typeRoots: [resolve(import.meta.dirname, '../../node_modules/@types')],
    strict: true,
    rewriteRelativeImportExtensions: true,
    outDir: 'out',
  },
  include: ['*.ts'],
};

async function callWithGeneratedClient(document: SwaggerDocument, url: string): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'plinth-client-'));
  try {
    const { files } = await generateApi({
      // The generator reads Swagger 2.0; its types know only OpenAPI 3.
      spec: document as never,
      output: false,
      silent: true,
      httpClientType: 'fetch',
      fileName: 'client.ts',
    });
    assert.equal(files.length, 1);
    await writeFile(join(folder, 'client.ts'), files[0]?.fileContent ?? '');
    await writeFile(join(folder, 'use.ts'), program);
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
    await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
    await run(process.execPath, [tsc, '-p', folder]).catch(({ stdout }: { stdout: string }) =>
      assert.fail(stdout),
    );
    const { stdout } = await run(process.execPath, [join(folder, 'out/use.js'), url, adminPassword]);
    return JSON.parse(stdout);
  } finally {
    await rm(folder, { recursive: true });
  }
}

for (const runtime of runtimes)
  test(`rest-61: a client generated from a ${runtime} service compiles and calls it`, async () => {
    const client = await signedIn();
    const service: Published = await publish(client, {
      code: inBoth(
        {
          R: 'total <- price * qty; table <- data; cat("plot", file = "plot.txt")',
          Python: 'total = price * qty\ntable = data\nopen("plot.txt", "w").write("plot")',
        },
        runtime,
      ),
      runtimeType: runtime,
      inputs: { price: 'numeric', qty: 'integer', note: 'character', data: 'data.frame' },
      outputs: { total: 'numeric', table: 'data.frame' },
      outputFileNames: ['plot.txt'],
      operationId: 'orderTotal',
    });
    const document = await documentOf(client, `${service.api}/swagger.json`);
    assert.deepEqual(await callWithGeneratedClient(document, client.url), {
      total: 10,
      plot: Buffer.from('plot').toString('base64'),
      errorMessage: '',
      table: { a: [1, 2] },
      refused: 400,
    });
  });

test('the document of the platform is valid, and a client made from it compiles', async () => {
  const { url } = await signedIn();
  const document = await documentOf(httpClient(url), '/swagger.json');
  const { files } = await generateApi({
    spec: document as never,
    output: false,
    silent: true,
    httpClientType: 'fetch',
    fileName: 'client.ts',
  });
  for (const name of ['createSession', 'executeCode', 'getAllWebServices', 'setComputeNodes'])
    assert.match(files[0]?.fileContent ?? '', new RegExp(`\\b${name}:`));
});
