/** Files by path, with `/`: from where the gate was started, or absolute. */
export interface WorkTree {
  isFolder(path: string): boolean;
  /** Names in a folder; empty where there is none. Links in it are not followed. */
  list(folder: string): readonly { readonly name: string; readonly folder: boolean }[];
  /**
   * @param root where a file names the path, and nobody who may read all of this machine: the folder that no link may
   *   lead out of; empty for where the gate was started
   * @returns undefined where there is no such file
   * @throws Error when it is longer
   */
  read(path: string, maxBytes: number, root?: string): string | undefined;
}
