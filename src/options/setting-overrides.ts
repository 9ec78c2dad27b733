import type { SettingOptions } from './option-settings';

/** Settings in place of the application's own, which are checked all the same. The test kit replaces this provider. */
export class SettingOverrides {
  options?: SettingOptions;
}
