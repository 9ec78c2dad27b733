/**
 * What a feature stores about a user: a list in the export of their own data. Extend this class and add yours
 * to the `providers` of your module, where the export finds it.
 *
 * Include what the user entered or did. Never include a hash, a token, or another user's data.
 */
export abstract class PersonalData {
  /** The list's name in the export, in camelCase. */
  abstract readonly section: string;

  /** @returns JSON items, some hundred at a time, so the whole list is never in memory. */
  abstract pagesOf(userId: number): AsyncIterable<object[]>;
}
