// Typed lint rules, and the import table of the project as rules: one block for each row, below. The table is proven
// by test/unit/toolchain/import-rules.test.ts.
import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import globals from 'globals';
import { builtinModules } from 'node:module';
import tseslint from 'typescript-eslint';

const NODE_BUILTINS = {
  regex: `^(node:.*|(${builtinModules.filter((name) => !name.startsWith('_')).join('|')})(/.*)?)$`,
  message: 'Nothing of Node here: what is needed is handed in by the host.',
};
const VSCODE = { regex: '^vscode$', message: 'Only src/views and src/extension.ts know VS Code.' };
/** The tool is offline: no part of it opens a connection or starts a program. */
const NETWORK = {
  regex: '^(node:)?(child_process|cluster|dgram|dns|http|http2|https|inspector|net|tls)(/.*)?$',
  message: 'The tool is offline: no connections, no other programs.',
};
/** Files are read in the workers, through vscode.workspace.fs elsewhere, so that remote workspaces work. */
const FILES = { regex: '^(node:)?fs(/.*)?$', message: 'Use vscode.workspace.fs, or let a worker read it.' };

/** Relative imports that lead into one of these folders or files, however many levels up. */
function into(names, message) {
  return { regex: `^\\.{1,2}/(.*/)?(${names.join('|')})(\\.[jt]s)?(/|$)`, message };
}

/** Packages other than these. */
function packagesBut(names, message) {
  const allowed = names.map((name) => name.replaceAll('.', '\\.')).join('|');
  return { regex: `^(?!\\.{1,2}(/|$)|node:|vscode$${allowed && `|(${allowed})(/|$)`})`, message };
}

/** Imports from elsewhere than these folders: what comes up and out of the own folder must go into one of them. */
function imports(...patterns) {
  return { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] };
}

/** Dynamic imports would go round the table; nothing here needs one. */
const NO_DYNAMIC_IMPORT = {
  selector: 'ImportExpression',
  message: 'Import statically: the import table is checked on static imports.',
};
const STYLE = [
  { selector: 'TSEnumDeclaration', message: 'Use a union of literals, or a const object.' },
  { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
];
const syntax = (...more) => ({ 'no-restricted-syntax': ['error', ...STYLE, ...more] });

const HOST_GLOBALS = [
  'Buffer', 'URL', '__dirname', '__filename', 'clearInterval', 'clearTimeout', 'console', 'crypto', 'document', 'exports',
  'fetch', 'global', 'globalThis', 'module', 'navigator', 'performance', 'process', 'queueMicrotask', 'require', 'self',
  'setImmediate', 'setInterval', 'setTimeout', 'window',
]; // prettier-ignore
const LOCAL_TIME = [
  'Date',
  'Day',
  'FullYear',
  'Hours',
  'Milliseconds',
  'Minutes',
  'Month',
  'Seconds',
  'TimezoneOffset',
];

/** The same logs give the same bytes on every machine: nothing may depend on when, where or in which language it runs. */
const DETERMINISM = {
  'no-restricted-globals': [
    'error',
    ...HOST_GLOBALS.map((name) => ({ name, message: 'The engine has no host: what it needs it is handed.' })),
    { name: 'Intl', message: 'The same logs give the same bytes in every locale.' },
  ],
  'no-restricted-properties': [
    'error',
    { object: 'Date', property: 'now', message: 'No clock in the engine: time comes from the logs or as an argument.' },
    { object: 'Math', property: 'random', message: 'No randomness in the engine.' },
    ...[
      'localeCompare',
      'toLocaleString',
      'toLocaleDateString',
      'toLocaleTimeString',
      'toLocaleLowerCase',
      'toLocaleUpperCase',
    ].map((property) => ({ property, message: 'The same logs give the same bytes in every locale.' })),
    ...LOCAL_TIME.map((name) => ({
      property: `get${name}`,
      message: 'The time zone of the machine must not matter: use getUTC….',
    })),
  ],
};
const CLOCK = [
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'No clock in the engine.' },
  { selector: "CallExpression[callee.name='Date']", message: 'No clock in the engine.' },
];

export default defineConfig(
  globalIgnores([
    'dist/',
    'out/',
    'coverage/',
    '.cache/',
    'test-results/',
    'media/',
    // AssemblyScript: its types are not TypeScript's.
    'src/wasm/',
    'test/vscode-host/**/node_modules/',
  ]),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...syntax(),
      'no-console': 'error',
      'no-eval': 'error',
      'no-implied-eval': 'off',
      'no-new-func': 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/prefer-readonly': 'error',
      // An empty text means "absent" in the columns, so that `||` on a string is what is meant.
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true } }],
      // It asks for the `!` that the rules forbid.
      '@typescript-eslint/non-nullable-type-assertion-style': 'off',
      '@typescript-eslint/require-array-sort-compare': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },

  // ---- The import table, one block a row --------------------------------------------------------------------------
  {
    name: 'imports of src/engine',
    files: ['src/engine/**/*.ts'],
    rules: {
      ...imports(
        NODE_BUILTINS,
        VSCODE,
        into(['worker', 'views', 'shared', 'webview', 'cli', 'extension'], 'The engine knows nothing but itself.'),
        packagesBut(
          ['@noble/hashes', 'csv-stringify', 'ipaddr.js', 'jsonc-parser', 'picomatch'],
          'The engine uses few packages, all pure. Add one to this list only if it needs no Node, no DOM and no clock.',
        ),
      ),
      ...syntax(NO_DYNAMIC_IMPORT, ...CLOCK),
      ...DETERMINISM,
      // Loops over all events run once, before they are hot: until then V8 takes ten times as long for `for … of`.
      '@typescript-eslint/prefer-for-of': 'off',
    },
  },
  {
    name: 'imports of src/worker: the logic',
    files: ['src/worker/**/*.ts'],
    rules: {
      ...imports(
        VSCODE,
        NODE_BUILTINS,
        into(['views', 'shared', 'webview', 'cli', 'extension'], 'The workers know the engine only.'),
      ),
      ...syntax(NO_DYNAMIC_IMPORT),
    },
  },
  {
    name: 'imports of src/worker: the Node shells',
    files: ['src/worker/{analysis-worker,parse-worker,client}.ts', 'src/worker/node/**/*.ts', 'src/worker/node-*.ts'],
    rules: imports(
      VSCODE,
      NETWORK,
      into(['views', 'shared', 'webview', 'cli', 'extension'], 'The workers know the engine only.'),
    ),
  },
  {
    name: 'imports of src/cli.ts',
    files: ['src/cli.ts', 'src/cli/**/*.ts'],
    rules: {
      ...imports(
        VSCODE,
        NETWORK,
        into(['views', 'shared', 'webview', 'extension'], 'The command line uses the engine and the worker client.'),
        into(['analysis-worker', 'parse-worker'], 'Workers are started by the client, never imported.'),
      ),
      ...syntax(NO_DYNAMIC_IMPORT),
      'no-console': 'off',
    },
  },
  {
    name: 'imports of src/shared',
    files: ['src/shared/**/*.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            VSCODE,
            NODE_BUILTINS,
            packagesBut([], 'Types of the engine only.'),
            into(['worker', 'views', 'webview', 'cli', 'extension'], 'Types of the engine only.'),
            { ...into(['engine'], 'Types only: nothing of the engine at run time.'), allowTypeImports: true },
          ],
        },
      ],
      ...syntax(NO_DYNAMIC_IMPORT, {
        selector:
          ':matches(Program, ExportNamedDeclaration) > :matches(VariableDeclaration[declare!=true], FunctionDeclaration, ClassDeclaration)',
        message: 'Types only: the extension and the panel share no code.',
      }),
    },
  },
  {
    name: 'imports of src/views and src/extension.ts',
    files: ['src/views/**/*.ts', 'src/extension.ts'],
    rules: {
      ...imports(
        NETWORK,
        FILES,
        into(['webview', 'cli'], 'The panel is another program: talk to it by the messages of src/shared.'),
        into(['analysis-worker', 'parse-worker'], 'Workers are started by the client, never imported.'),
      ),
      ...syntax(NO_DYNAMIC_IMPORT),
    },
  },
  {
    name: 'imports of webview',
    files: ['webview/**/*.ts'],
    ignores: ['webview/controls.ts'],
    rules: webviewRules(['d3'], 'The panel uses d3, and the component toolkit through webview/controls.ts.'),
  },
  {
    name: 'imports of webview/controls.ts: the one file that knows the component toolkit',
    files: ['webview/controls.ts'],
    rules: webviewRules(['@vscode/webview-ui-toolkit'], 'Only the component toolkit here.'),
  },
  {
    name: 'imports of test/unit',
    files: ['test/unit/**/*.ts', 'test/corpus/**/*.ts', 'test/population/*.ts'],
    rules: imports({ ...VSCODE, message: 'Unit tests run without a VS Code.' }),
  },
  {
    name: 'imports of what the population is made of',
    files: ['test/population/{company,life,attacks}/**/*.ts'],
    rules: {
      ...imports(
        VSCODE,
        NODE_BUILTINS,
        into(['src', 'webview'], 'Ordinary life and attacks are written from the reference, not from the detectors.'),
        packagesBut([], 'The builders of records are all it takes.'),
      ),
      ...syntax(NO_DYNAMIC_IMPORT, ...CLOCK),
      ...DETERMINISM,
    },
  },
  // -------------------------------------------------------------------------------------------------------------------

  {
    files: ['test/**/*.ts'],
    rules: {
      // mocha's `it` returns nothing to await; a table of cases may be long.
      'max-lines': ['error', { max: 600, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/no-floating-promises': [
        'error',
        { allowForKnownSafeCalls: [{ from: 'package', package: '@types/mocha', name: ['describe', 'it'] }] },
      ],
    },
  },
  { files: ['scripts/**/*.ts', 'test/bench/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: ['**/*.mjs', '**/*.js', '**/*.cjs'],
    languageOptions: { globals: globals.node },
    rules: { eqeqeq: 'error' },
  },
  // Programs that drive a browser have functions that run in the page.
  {
    files: ['scripts/**/*.mjs', 'test/**/*.mjs'],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
  },
);

function webviewRules(packages, message) {
  return {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          VSCODE,
          NODE_BUILTINS,
          packagesBut(packages, message),
          into(
            ['engine', 'worker', 'views', 'cli', 'extension', 'test'],
            'The panel knows the types of src/shared only.',
          ),
          { ...into(['shared'], 'Types only: nothing of src runs in the panel.'), allowTypeImports: true },
        ],
      },
    ],
    ...syntax(NO_DYNAMIC_IMPORT),
  };
}
