import { distance } from 'fastest-levenshtein';
import { SETTING_NAMES } from './setting-decorators';

/** A variable that is almost one of ours, so that the setting that was meant has its default. */
export interface MisspeltName {
  /** As it should be shown: without characters that a terminal would not draw. */
  name: string;
  meant: string;
  /** Whether it must not wait for NODE_ENV=production to be refused: that is what was misspelt. */
  hidesProduction: boolean;
}

/** Variables of systems, shells and tools that are close to a setting by chance. */
const OTHERS = /^(npm_|_|(HOME|LANG|HOSTNAME|LOGNAME|MAIL|PATH|PWD|SHELL|TERM|USER|NODE_PATH)$)/;
const SHORTEST = 6;
const LONG = 10;

/** @param environment variables by name, those of `.env` among them. */
export function misspeltNames(environment: Record<string, string | undefined>): MisspeltName[] {
  return Object.keys(environment).flatMap((name) => {
    const meant = SETTING_NAMES.has(name) || OTHERS.test(name) ? undefined : settingMeantBy(name);
    if (meant === undefined) return [];
    const hidesProduction = meant === 'NODE_ENV' && environment[name]?.trim() === 'production';
    return [{ name: name.replace(/[^\w.-]/g, '?'), meant, hidesProduction }];
  });
}

/** A name with a byte order mark, spaces or small letters is as far away as the letters that differ. */
function settingMeantBy(name: string): string | undefined {
  const letters = name.replace(/\W/g, '').toUpperCase();
  return [...SETTING_NAMES].find((setting) => {
    if (letters === setting) return name.toUpperCase() !== setting || setting.length >= SHORTEST;
    if (setting.length < SHORTEST) return false;
    return distance(letters, setting) <= (setting.length >= LONG ? 2 : 1);
  });
}
