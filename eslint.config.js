import tseslint from 'typescript-eslint';
import { declaredImports } from './lint/declared-imports.js';

/**
 * The rules, and above all the boundaries: which part may know of which. Each boundary says why in its message,
 * so that whoever meets it learns the reason and not only the rule.
 *
 * Types come from one program over the whole repository (tsconfig.check.json): the project service would open
 * a project for each of the twenty workspaces, which takes several times as long and leaves out test files,
 * since the build's tsconfigs exclude them.
 */

const KERNEL = ['problem', 'record', 'agreement', 'policy', 'transparency'];
const APPS = [
  'registry',
  'identity',
  'intake',
  'enforcer',
  'delivery',
  'ledger',
  'console',
  'cli',
  'standalone',
];
const TESTS = [
  '**/*.test.ts',
  '**/*.test-process.ts',
  '**/contract/**/*.ts',
  'test/**/*.ts',
  'bench/**/*.ts',
];

const alternatives = (names) => names.join('|');

// ---- Imports -----------------------------------------------------------------------------------------------

const noDeepImports = {
  regex: '^@concordat/[^/]+/',
  message: 'Import the workspace by its name: what its index does not export is its own business.',
};

const noPathsOutOfTheWorkspace = {
  regex: '^\\.\\./.*/src/',
  message:
    'Import another workspace by its name: a path goes around what its package.json exports and declares.',
};

const noKafka = {
  regex: '^kafkajs(/|$)',
  message:
    'Only libs/event-log knows Kafka: everything else speaks to the port, so that a broker without Kafka is the same broker.',
};

const noApps = {
  regex: `^@concordat/(${alternatives(APPS)})$`,
  message: 'A lib never imports an app: apps are composition roots, and libs must be readable without them.',
};

const noOtherApps = {
  regex: `^@concordat/(${alternatives(APPS)})$`,
  message:
    'Apps never import each other: each runs alone, and speaks to others by the event log and HTTP. Only apps/standalone composes them.',
};

const kernelOnly = {
  regex: `^(?!\\.{1,2}/|@concordat/(${alternatives(KERNEL)})$|jose$|ajv(/|$)|ajv-formats$|re2js$|node:(crypto|buffer|module)$)`,
  message:
    'The kernel is what an auditor reads: plain functions over plain data. It imports other kernel libs, jose, ajv, re2js and node:crypto alone; frameworks, databases, Kafka, HTTP and files stay outside.',
};

const noRandomnessImports = {
  name: 'node:crypto',
  importNames: [
    'randomBytes',
    'randomFill',
    'randomFillSync',
    'randomInt',
    'randomUUID',
    'generateKey',
    'generateKeySync',
    'generateKeyPair',
    'generateKeyPairSync',
    'getRandomValues',
    'webcrypto',
  ],
  message:
    'The kernel has no randomness of its own: take keys and random bytes as arguments, so that every result can be had again.',
};

const imports = (patterns, paths = []) => ({
  'no-restricted-imports': [
    'error',
    { paths, patterns: [noDeepImports, noPathsOutOfTheWorkspace, ...patterns] },
  ],
});

// ---- Syntax ------------------------------------------------------------------------------------------------

const noDefaultExports = {
  selector: 'ExportDefaultDeclaration, ExportSpecifier[exported.name="default"]',
  message: 'Export by name: one name for one thing, in every file that uses it.',
};

const noEnums = {
  selector: 'TSEnumDeclaration',
  message:
    'Use a union of literals: it is erased, so Node runs the file as it stands, and JSON holds its values as they are.',
};

const noParameterProperties = {
  selector: 'TSParameterProperty',
  message:
    'Declare the field and assign it: child processes of tests run libs with types stripped, which parameter properties do not survive.',
};

const noClock = [
  {
    selector: 'NewExpression[callee.name="Date"][arguments.length=0], CallExpression[callee.name="Date"]',
    message:
      'The kernel has no clock of its own: take the time as an argument, so that a decision can be checked later.',
  },
  {
    selector:
      'MemberExpression[object.name="Date"][property.name="now"], MemberExpression[object.name="performance"], MemberExpression[object.name="Temporal"][property.name="Now"]',
    message:
      'The kernel has no clock of its own: take the time as an argument, so that a decision can be checked later.',
  },
];

const noRandomness = {
  selector:
    'MemberExpression[object.name="Math"][property.name="random"], MemberExpression[property.name=/^(randomUUID|getRandomValues|randomBytes|randomInt)$/]',
  message:
    'The kernel has no randomness of its own: take random bytes as arguments, so that every result can be had again.',
};

const noLateImports = [
  {
    selector: 'ImportExpression',
    message: 'The kernel imports at the top of the file, where an auditor sees all that it depends on.',
  },
  {
    selector: 'CallExpression[callee.name="require"]:not([arguments.0.value=/^ajv/])',
    message: 'In the kernel, `require` is for ajv alone, whose types do not describe it to ES modules.',
  },
];

const syntax = (...more) => ({
  'no-restricted-syntax': ['error', noDefaultExports, noEnums, ...more],
});

// ---- The configuration -------------------------------------------------------------------------------------

export default tseslint.config(
  { ignores: ['**/dist/', '**/node_modules/', '**/coverage/', '.concordat/'] },
  { plugins: { concordat: { rules: { 'declared-imports': declaredImports } } } },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },

  {
    files: ['**/*.ts', '**/*.mts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { project: './tsconfig.check.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      ...imports([noKafka]),
      ...syntax(),
      eqeqeq: 'error',
      // `typeof import('ajv')` is how a package is typed whose types do not fit ES modules.
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // A number or a bigint in a sentence reads as it is written; objects, null and undefined do not.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Nest's modules are classes that hold nothing but their decorator.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // A flag that a callback sets reads as constant to the compiler, and a worker's loop is full of them.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // Options and ports are objects of plain functions, made to be taken apart; none of them knows `this`.
      '@typescript-eslint/unbound-method': 'off',
      // `readConfig<Settings>(…)`: the caller says the shape that the schema beside it enforces.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
    },
  },

  { files: ['libs/*/src/**/*.ts'], rules: imports([noApps, noKafka]) },
  { files: ['libs/event-log/src/**/*.ts'], rules: imports([noApps]) },
  {
    files: ['libs/{event-log,persistence,config,exchange,register}/src/**/*.ts'],
    rules: syntax(noParameterProperties),
  },
  { files: ['apps/*/src/**/*.ts'], rules: imports([noOtherApps, noKafka]) },
  { files: ['apps/standalone/src/**/*.ts'], rules: imports([noKafka]) },

  {
    files: KERNEL.map((lib) => `libs/${lib}/src/**/*.ts`),
    ignores: TESTS,
    rules: {
      ...imports([noApps, noKafka, kernelOnly], [noRandomnessImports]),
      ...syntax(noParameterProperties, noRandomness, ...noClock, ...noLateImports),
    },
  },

  {
    // Tests reach for what they know is there, and hand half-made things to what they test.
    files: TESTS,
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
    },
  },
  {
    files: ['libs/*/src/**/*.ts', 'apps/*/src/**/*.ts'],
    rules: { 'concordat/declared-imports': 'error' },
  },
  {
    files: TESTS.filter((pattern) => pattern.startsWith('**')),
    ignores: ['test/**', 'bench/**'], // these run here alone, and against everything
    rules: { 'concordat/declared-imports': ['error', { root: true }] },
  },
  // The end-to-end suites stand outside of every workspace and drive them all; no image holds them.
  { files: ['test/**/*.ts'], rules: { 'concordat/declared-imports': 'off' } },
  // Benchmarks run against kafkajs by itself, as one of the peers.
  { files: ['bench/**/*.ts'], rules: imports([]) },

  // Plain JavaScript runs before anything is installed or built; it has no types to check by.
  {
    files: ['**/*.js', '**/*.mjs'],
    extends: [tseslint.configs.recommended],
    rules: { ...imports([noKafka]), ...syntax(), eqeqeq: 'error', 'no-undef': 'off' },
  },
  // Tools look for a default export in their configuration files.
  { files: ['*.config.ts', '*.config.js'], rules: { 'no-restricted-syntax': ['error', noEnums] } },
);
