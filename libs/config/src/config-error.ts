/** One setting that is missing or wrong. `message` never repeats the setting's value. */
export interface SettingProblem {
  /** The environment variable's name. */
  readonly setting: string;
  /** What must change, as the end of a sentence that begins with the name. */
  readonly message: string;
}

/** The settings cannot be used. The message lists every problem, one a line, and no value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly SettingProblem[];

  constructor(problems: readonly SettingProblem[]) {
    const lines = problems.map(({ setting, message }) => `  ${setting} ${message}`);
    super(`These settings (environment variables) must be put right before a start:\n${lines.join('\n')}`);
    this.problems = problems;
  }
}
