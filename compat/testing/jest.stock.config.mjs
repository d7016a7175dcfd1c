// As the field runs Jest: TypeScript and modules become CommonJS, and packages are taken as they are.
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/scenarios/*.test.mjs'],
  moduleFileExtensions: ['js', 'mjs', 'cjs', 'json', 'node'],
  transform: { '\\.m?js$': ['@swc/jest', { module: { type: 'commonjs' } }] },
};
