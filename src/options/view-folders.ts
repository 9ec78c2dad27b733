/**
 * The folders with the views of pages and mails. A file in an earlier folder overrides one in a later folder.
 */
export class ViewFolders {
  /** @param all paths, highest precedence first. */
  constructor(private all: string[]) {}

  get paths(): readonly string[] {
    return this.all;
  }

  putFirst(folders: string[]): void {
    this.all = [...folders, ...this.all];
  }
}
