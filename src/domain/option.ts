/** One row of the table of options (`config/options.ts`). */
export interface Option {
  /** Kebab-case; the GitLab component spells it in snake_case, the command line with two dashes. */
  readonly name: string;
  /** Of a `list` entries are separated by commas or by line ends; of `lines` each line is one. A `pem` is a text or a path. */
  readonly type: 'text' | 'list' | 'pem' | 'lines' | 'boolean' | 'duration' | 'choice' | 'yaml';
  /** What it is when nothing is given. Empty: nothing. */
  readonly default: string;
  /**
   * Left out, it checks nothing. Given but empty it is refused: what it comes from is not set, and the check must not be gone
   * without a word. So its default is a value of its own, which a runner puts where an input is left out.
   */
  readonly guards?: true;
  /** The values of a `choice`. */
  readonly choices?: readonly string[];
  /** One sentence or two, for action.yml, `--help` and the reference. */
  readonly text: string;
  /** Where the option exists. */
  readonly on: readonly ('action' | 'component' | 'cli')[];
}
