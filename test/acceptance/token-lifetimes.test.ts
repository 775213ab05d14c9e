import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertError, assertStatus, httpClient } from '../support/http-client.ts';
import { adminPassword, type OneBox, startOneBox } from '../support/one-box.ts';
import { until } from '../support/until.ts';

interface Tokens {
  access_token: string;
  expires_on: number;
  refresh_token: string;
}

const seconds = { access: 3, skew: 1, refresh: 4, chain: 9 };
let box: OneBox;

before(async () => {
  const lifetime = (value: number): string => `00:00:0${value}`;
  box = await startOneBox({
    environment: {
      PLINTH_WEBNODE__Authentication__Tokens__AccessTokenLifetime: lifetime(seconds.access),
      PLINTH_WEBNODE__Authentication__Tokens__ClockSkew: lifetime(seconds.skew),
      PLINTH_WEBNODE__Authentication__Tokens__RefreshTokenLifetime: lifetime(seconds.refresh),
      PLINTH_WEBNODE__Authentication__Tokens__MaxChainLifetime: lifetime(seconds.chain),
    },
  });
});
after(() => box?.stop());

async function logIn(): Promise<Tokens> {
  const answer = await httpClient(box.url).post('/login', { username: 'admin', password: adminPassword });
  return assertStatus(answer, 200).json<Tokens>();
}

const renew = (refreshToken: string) => httpClient(box.url).post('/login/refreshToken', { refreshToken });

test('rest-7: an access token is good until its lifetime and the clock skew are over, then 401', async () => {
  const start = performance.now();
  const { access_token } = await logIn();
  const client = httpClient(box.url, access_token);
  let lastGood = 0;
  await until('The token is refused', async () => {
    const { status } = await client.get('/services');
    if (status === 200) lastGood = performance.now() - start;
    return status === 401;
  });
  const refusedAfter = performance.now() - start;
  // Tokens count in whole seconds: up to one less or more.
  assert.ok(lastGood > (seconds.access + seconds.skew - 1.1) * 1000, `last good after ${lastGood} ms`);
  assert.ok(refusedAfter < (seconds.access + seconds.skew + 2) * 1000, `refused after ${refusedAfter} ms`);
});

test('rest-10: a refresh token unused for its lifetime is 401', async () => {
  const [old, fresh] = [await logIn(), await logIn()];
  assertStatus(await renew(fresh.refresh_token), 200);
  const start = performance.now();
  await until('The lifetime has passed', () => performance.now() - start > seconds.refresh * 1000 + 200);
  assertError(await renew(old.refresh_token), 401);
});

test('rest-11: however often a login is renewed, it ends with its longest life', async () => {
  const start = performance.now();
  let { refresh_token } = await logIn();
  let renewals = 0;
  const refusedAfter = await until('A renewal is refused', async () => {
    const answer = await renew(refresh_token);
    if (answer.status === 401) return performance.now() - start;
    refresh_token = assertStatus(answer, 200).json<Tokens>().refresh_token;
    renewals += 1;
    return false;
  });
  assert.ok(renewals > 5);
  assert.ok(refusedAfter > (seconds.chain - 0.1) * 1000, `refused after ${refusedAfter} ms`);
  assert.ok(refusedAfter < (seconds.chain + 3) * 1000, `refused after ${refusedAfter} ms`);
  assert.ok((await logIn()).refresh_token !== refresh_token);
});
