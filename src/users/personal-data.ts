/**
 * What a feature keeps about a user: a list in the export of their own data. Extend it and name the class among the
 * `providers` of your module; there it is found.
 *
 * It holds what its user gave or did. Never a hash, a token, or what belongs to somebody else.
 */
export abstract class PersonalData {
  /** The list's name in the export, in camelCase. */
  abstract readonly section: string;

  /** @returns items that JSON can hold, some hundred at a time: as many as there are never lie in memory together. */
  abstract pagesOf(userId: number): AsyncIterable<object[]>;
}
