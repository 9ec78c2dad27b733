import { productionChecks } from '../../config/production-rules';
import type { Settings } from '../../config/settings';
import { type Finding, ok, refused, warning } from './finding';

/** The rules of production: outside it they are advice. */
export function* settingChecks(settings: Settings): Generator<Finding> {
  const checks = productionChecks(settings);
  for (const { setting, remedy, isLifted } of checks.filter(({ isBroken }) => isBroken)) {
    if (settings.isProduction && !isLifted) yield refused(setting, remedy);
    else yield warning(setting, settings.isProduction ? `${remedy}; ALLOW_UNSAFE lifts it` : remedy);
  }
  const broken = new Set(checks.filter(({ isBroken }) => isBroken).map(({ setting }) => setting));
  for (const setting of new Set(checks.map((check) => check.setting)))
    if (!broken.has(setting)) yield ok(setting);
}
