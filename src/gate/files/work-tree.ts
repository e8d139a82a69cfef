/** Files by path, with `/`: from where the gate was started, or absolute. */
export interface WorkTree {
  isFolder(path: string): boolean;
  /** Names in a folder; empty where there is none. Links in it are not followed. */
  list(folder: string): readonly { readonly name: string; readonly folder: boolean }[];
  /** Undefined where there is no such file. @throws Error when it is longer */
  read(path: string, maxBytes: number): string | undefined;
}
