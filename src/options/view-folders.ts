/** Where views lie, those of pages and those of mail: what an earlier folder has replaces the same file of a later one. */
export class ViewFolders {
  /** @param all paths, the first one first. */
  constructor(private all: string[]) {}

  get paths(): readonly string[] {
    return this.all;
  }

  putFirst(folders: string[]): void {
    this.all = [...folders, ...this.all];
  }
}
