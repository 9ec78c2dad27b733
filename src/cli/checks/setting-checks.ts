import { isLoopback } from '../../options/origins';
import { productionChecks } from '../../options/production-rules';
import type { Settings } from '../../options/settings';
import { type Finding, ok, refused, warning } from './finding';

/** Production rules. Outside production, violations are only warnings. */
export function* settingChecks(settings: Settings): Generator<Finding> {
  const checks = productionChecks(settings);
  for (const { setting, remedy, isLifted } of checks.filter(({ isBroken }) => isBroken)) {
    if (settings.isProduction && !isLifted) yield refused(setting, remedy);
    else yield warning(setting, settings.isProduction ? `${remedy}; ALLOW_UNSAFE lifts it` : remedy);
  }
  const broken = new Set(checks.filter(({ isBroken }) => isBroken).map(({ setting }) => setting));
  for (const setting of new Set(checks.map((check) => check.setting)))
    if (!broken.has(setting)) yield ok(setting);
  yield listeningCheck(settings);
}

/** The same-origin check requires BASE_URL: over plain HTTP, log-ins at any other address fail. */
function listeningCheck({ host, baseUrl }: Settings): Finding {
  if (isLoopback(host) || host === '::1' || !isLoopback(new URL(baseUrl).hostname)) return ok('HOST');
  return warning(
    'HOST',
    `${host} lets other machines connect, but BASE_URL is ${baseUrl}: forms that are sent from any other address are refused. Set BASE_URL to the address that people open, or HOST to 127.0.0.1`,
  );
}
