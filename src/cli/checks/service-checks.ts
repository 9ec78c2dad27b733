import { SystemClock } from '../../options/clock';
import { SettingsError } from '../../options/load-settings';
import type { Settings } from '../../options/settings';
import { SmtpMailer } from '../../mail/smtp-mailer';
import { RedisConnection } from '../../sessions/engines/redis-connection';
import { type Finding, ok, reasonOf, refused, warning } from './finding';

/** Checks the other network services. */
export async function* serviceChecks(settings: Settings): AsyncGenerator<Finding> {
  if (settings.sessionStore === 'redis' && settings.redisUrl !== undefined)
    yield await redis(settings.redisUrl, settings.redisPrefix);
  yield await mail(settings);
}

async function redis(url: string, prefix: string): Promise<Finding> {
  try {
    const connection = await RedisConnection.open(url, prefix);
    const isReachable = await connection.ping();
    connection.onApplicationShutdown();
    return isReachable
      ? ok('Redis')
      : refused(
          'Redis',
          'takes no write; REDIS_URL must lead to a primary that is not full, and its user must be allowed the keys of REDIS_PREFIX',
        );
  } catch (error) {
    return refused('Redis', error instanceof SettingsError ? error.problems.join('; ') : reasonOf(error));
  }
}

async function mail(settings: Settings): Promise<Finding> {
  if (settings.smtpUrl === undefined)
    return warning('SMTP_URL', 'is not set: mails are files in DATA_DIR/outbox');
  try {
    await new SmtpMailer(settings, new SystemClock()).check();
    return ok('SMTP');
  } catch (error) {
    return refused('SMTP', `the server cannot be used (${reasonOf(error)}); check SMTP_URL`);
  }
}
