import type { LoginMethodsResponse } from '../../contracts/rest/login.ts';
import { LoginRequest, RenewTokenRequest } from '../../contracts/rest/login.ts';
import { invalidRequest } from '../../domain/errors.ts';
import type { WebContext } from '../context.ts';
import { clientAddress } from '../plugins/client-address.ts';
import type { Routes } from '../plugins/web-app.ts';
import { refresh } from './refresh.ts';
import { revoke } from './revoke.ts';
import { signIn } from './sign-in.ts';

/** Nobody who is not signed in yet makes the server read more than this, in bytes. */
const bodyLimit = 256 * 1024;
const open = { config: { open: true }, bodyLimit } as const;

/** /login: sign in, renew and revoke tokens. None of it needs an access token; one that is sent is ignored. */
export const loginRoutes =
  (context: WebContext): Routes =>
  async (app) => {
    for (const path of ['/login', '/user/login'])
      app.post(path, { ...open, schema: { body: LoginRequest } }, (request) =>
        signIn(context, request.body, { address: clientAddress(request), correlationId: request.id }),
      );
    app.get('/login/methods', open, async (): Promise<LoginMethodsResponse> => {
      return { methods: [context.identity.method] };
    });
    app.post('/login/refreshToken', { ...open, schema: { body: RenewTokenRequest } }, ({ body }) =>
      refresh(context, body.refreshToken),
    );
    app.delete('/login/refreshToken', open, async ({ url }) => {
      await revoke(context, refreshTokenIn(url));
      return {};
    });
    // Clients generated from old service documents put the token, slashes and all, into the path.
    app.delete<{ Params: { '*': string } }>('/login/refreshToken/*', open, async ({ params }) => {
      await revoke(context, params['*']);
      return {};
    });
  };

/** The query parameter `refreshToken` in any case. An unescaped `+` is a plus: no token holds a blank. */
function refreshTokenIn(url: string): string {
  const query = new URLSearchParams(url.split('?').slice(1).join('?').replaceAll('+', '%2B'));
  for (const [name, value] of query) if (name.toLowerCase() === 'refreshtoken' && value !== '') return value;
  throw invalidRequest('The query parameter refreshToken is required.', 'refreshToken');
}
