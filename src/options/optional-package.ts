import { SettingsError } from './load-settings';

/**
 * Loads an optional peer of the package where it is needed.
 * @param need what uses it, such as a setting with its value.
 * @throws SettingsError with what to install if it is missing.
 */
export function optionalPackage<Package>(name: string, need: string, load: () => Package): Package {
  try {
    return load();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'MODULE_NOT_FOUND' || !message.startsWith(`Cannot find module '${name}`)) throw error;
    throw new SettingsError([`${need} needs the package ${name}: npm install ${name}`]);
  }
}
