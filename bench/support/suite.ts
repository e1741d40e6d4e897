/** A benchmark: what it measures, and how. */
export interface Suite {
  /** As it is called on the command line; also the name of its file of results. */
  readonly name: string;
  /** One sentence. */
  readonly about: string;
  /** @param say tells people how far it has come */
  readonly run: (say: (line: string) => void) => Promise<Measured>;
}

/** What a suite found. Plain data: it is kept as JSON. */
export interface Measured {
  readonly tables: readonly Table[];
  /** What the project expects of itself, and whether it holds. */
  readonly expectations: readonly Expectation[];
  /** What a reader must know to judge the figures. */
  readonly notes: readonly string[];
}

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

export interface Expectation {
  readonly what: string;
  readonly expected: string;
  readonly measured: string;
  readonly met: boolean;
}

/** What is kept of a run: the figures, and what they were measured on. */
export interface Result extends Measured {
  readonly suite: string;
  readonly about: string;
  /** RFC 3339. */
  readonly at: string;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly memory: string;
    readonly node: string;
  };
}
