/** Stands in for the SDK's Node shims in the bundle: the same exports with the SDK's smaller validator. */
export { default as process } from 'node:process';
export { CfWorkerJsonSchemaValidator as DefaultJsonSchemaValidator } from '@modelcontextprotocol/server/validators/cf-worker';
