import type { WebContext } from './context.ts';

const interval = 60 * 60 * 1000;

/** Forgets logins that nothing can revive any more, now and once an hour; returns how to stop that. */
export function keepHouse({ config, database, logger, now }: WebContext): () => void {
  const { AccessTokenLifetime, RefreshTokenLifetime, ClockSkew } = config.Authentication.Tokens;
  const unused = Math.max(RefreshTokenLifetime, AccessTokenLifetime + ClockSkew);
  const sweep = (): void => {
    database.logins.removeUnusedSince(now() - unused).catch((error: unknown) => {
      logger.warning('Dead logins could not be removed', error);
    });
  };
  sweep();
  const timer = setInterval(sweep, interval).unref();
  return () => clearInterval(timer);
}
