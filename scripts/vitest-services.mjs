// Run by Vitest once, before all tests: finds the servers they talk to and tells which are missing.

import { findTestServices } from './lib/test-services.mjs';

export default async function provideTestServices(project) {
  project.provide('testServices', await findTestServices({ tell: console.log }));
}
