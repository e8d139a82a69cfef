import type { Masker } from './masker.ts';
import { parseWorkflowCommand, type WorkflowCommand } from './workflow-command.ts';

export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  /** As people see it: masked. */
  readonly message: string;
  readonly title?: string;
}

export interface LogOptions {
  /** ACTIONS_STEP_DEBUG: `::debug::` lines are shown. */
  readonly debug: boolean;
  /** Gets each line as it becomes visible, masked. */
  readonly onLine: (line: string) => void;
}

/** The log of one step: obeys commands in the order in which they arrive, and masks from that moment on. */
export class StepLog {
  readonly annotations: Annotation[] = [];
  /** Set by commands of the old kind on standard output, which still work. */
  readonly outputs = new Map<string, string>();
  readonly state = new Map<string, string>();
  /** True once a command was refused: the step then fails whatever its exit code. */
  refused = false;
  readonly #masker: Masker;
  readonly #options: LogOptions;
  readonly #shown: string[] = [];
  readonly #received: string[] = [];
  #resumeToken: string | undefined;

  constructor(masker: Masker, options: LogOptions) {
    this.#masker = masker;
    this.#options = options;
  }

  /** What people see. */
  get text(): string {
    return this.#shown.map((line) => `${line}\n`).join('');
  }

  /** What the process wrote, commands included. */
  get raw(): string {
    return this.#received.map((line) => `${line}\n`).join('');
  }

  /** One line that the process wrote to standard output or standard error. */
  receive(line: string): void {
    this.#received.push(line);
    const token = this.#resumeToken;
    const command = parseWorkflowCommand(line, token === undefined ? names : new Set([...names, token]));
    if (token !== undefined) {
      if (command?.name === token) this.#resumeToken = undefined;
      this.show(line);
    } else if (command === undefined) this.show(line);
    else this.#obey(command, line);
  }

  /** A line of the runner itself. */
  show(text: string): void {
    const line = this.#masker.mask(text);
    this.#shown.push(line);
    this.#options.onLine(line);
  }

  debug(text: string): void {
    if (this.#options.debug) this.show(`##[debug]${text}`);
  }

  annotate(level: Annotation['level'], text: string, title?: string): void {
    const message = this.#masker.mask(text);
    this.annotations.push({ level, message, ...(title === undefined ? {} : { title }) });
    this.show(`##[${level}]${text}`);
  }

  #obey({ name, properties, data }: WorkflowCommand, line: string): void {
    switch (name) {
      case 'add-mask':
        if (data.trim() === '')
          this.annotate('warning', "Can't add secret mask for empty string in ##[add-mask] command.");
        else this.#masker.add(data);
        return;
      case 'stop-commands':
        this.show(line);
        this.#resumeToken = data.toLowerCase();
        return;
      case 'debug':
        this.debug(data);
        return;
      case 'error':
      case 'warning':
      case 'notice':
        this.annotate(name, data, properties['title']);
        return;
      case 'group':
      case 'endgroup':
        this.show(`##[${name}]${data}`);
        return;
      case 'set-output':
      case 'save-state':
        this.annotate('warning', `The \`${name}\` command is deprecated and will be disabled soon.`);
        (name === 'set-output' ? this.outputs : this.state).set(properties['name'] ?? '', data);
        return;
      default:
        this.refused = true;
        this.annotate(
          'error',
          `The \`${name}\` command is disabled. Please upgrade to using Environment Files.`,
        );
    }
  }
}

const names: ReadonlySet<string> = new Set([
  'add-mask',
  'stop-commands',
  'debug',
  'error',
  'warning',
  'notice',
  'group',
  'endgroup',
  'set-output',
  'save-state',
  'set-env',
  'add-path',
]);
