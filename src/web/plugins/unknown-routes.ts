import { notFound, PlinthError } from '../../domain/errors.ts';
import type { WebApp } from './web-app.ts';

declare module 'fastify' {
  interface FastifyReply {
    /** Methods the path of a 405 does support. */
    allowed?: string;
  }
}

/**
 * Paths without a route: 405 with Allow when another method is known, else 404. Decided in a hook that runs after the
 * token check and before the body is read.
 */
export function unknownRoutes(app: WebApp): void {
  const methodsOf = new Map<string, { pattern: RegExp; methods: Set<string> }>();
  app.addHook('onRoute', (route) => {
    const known = methodsOf.get(route.url) ?? { pattern: pathPattern(route.url), methods: new Set() };
    for (const method of [route.method].flat()) known.methods.add(method);
    methodsOf.set(route.url, known);
  });
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) return done();
    const path = request.url.split('?', 1)[0]!;
    const methods = [...methodsOf.values()]
      .filter(({ pattern }) => pattern.test(path))
      .flatMap((route) => [...route.methods]);
    if (methods.length === 0) return done(notFound(`There is no ${request.method} ${path}.`));
    const allowed = [...new Set(methods)].sort().join(', ');
    reply.header('Allow', allowed);
    done(new PlinthError('MethodNotAllowed', `${path} supports ${allowed}, not ${request.method}.`));
  });
  app.setNotFoundHandler(() => {
    throw new Error('Unknown paths are answered before their handler runs.');
  });
}

/** `/services/:name/*` as an expression: literal words in any case, one slash at the end tolerated. */
function pathPattern(url: string): RegExp {
  const segments = url
    .split('/')
    .map((segment) => (segment.startsWith(':') ? '[^/]+' : segment === '*' ? '.+' : escapeLiteral(segment)));
  return new RegExp(`^${segments.join('/')}/?$`, 'i');
}

const escapeLiteral = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
