/** A benchmark: what it measures, and how. */
export interface Suite {
  /** As it is called on the command line; also the name of its file of results. */
  readonly name: string;
  /** One sentence. */
  readonly about: string;
  readonly run: (bench: Bench) => Promise<Measured>;
}

/** What a suite is given to work with. */
export interface Bench {
  /** Tells people how far it has come. */
  readonly say: (line: string) => void;
  /** A small run, to try a suite: its figures are not kept. */
  readonly quick: boolean;
  /**
   * Something that must be ended. It is, in the reverse order, when the suite has finished or failed, or when
   * somebody has pressed Ctrl-C, even while it is being started.
   */
  readonly holding: <T>(starting: Promise<T>, end: (started: T) => unknown) => Promise<T>;
}

/** What a suite found. Plain data: it is kept as JSON. */
export interface Measured {
  readonly tables: readonly Table[];
  /** What the project expects of itself, and whether it holds. */
  readonly expectations: readonly Expectation[];
  /** What a reader must know to judge the figures. */
  readonly notes: readonly string[];
  readonly charts?: readonly Chart[];
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

/** A chart of bars, drawn into bench/results/<suite>-<name>.svg. */
export interface Chart {
  readonly name: string;
  readonly title: string;
  /** Of the values, such as `events a second`. */
  readonly unit: string;
  readonly groups: readonly {
    readonly title: string;
    readonly bars: readonly {
      readonly label: string;
      readonly value: number;
      /** Ours stand out from what they are compared with. */
      readonly ours: boolean;
    }[];
  }[];
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
