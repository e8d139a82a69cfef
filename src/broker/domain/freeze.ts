/** Whether anything is lent at all, and who said so. */
export interface Freeze {
  readonly frozen: boolean;
  /** Why, in the operator's words; told to operators only. */
  readonly reason: string;
  /** Id of the operator. */
  readonly by: string;
  /** Since when; undefined: nobody ever said anything. */
  readonly since: Date | undefined;
}
