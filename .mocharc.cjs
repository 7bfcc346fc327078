// The unit, corpus and population tests run straight from their sources, on Node 20 and newer.
// Mocha adds the files named on its command line to those named here; whoever names some means those only.
const named = process.argv.slice(2).some((argument) => argument.startsWith('--spec') || /\.ts$/.test(argument));

module.exports = {
  spec: named ? [] : ['test/unit/**/*.test.ts', 'test/corpus/**/*.test.ts', 'test/population/**/*.test.ts'],
  import: 'tsx',
  timeout: 20_000,
  'forbid-only': process.env.CI !== undefined,
};
