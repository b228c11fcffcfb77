/**
 * The embedded PostgreSQL: real, ours to start and watch, one to a data folder.
 *
 * Whoever is connected may make further databases with SQL, while nobody is connected to the template:
 * `create database copy template matricula strategy file_copy` (some 0.15 s, three times as quick as without `strategy`).
 */
export { EngineError } from './error.ts';
export { makeFolder } from './folder.ts';
export { joinEngine, runningEngine } from './join.ts';
export { removeData } from './remove.ts';
export { type Engine, startEngine } from './start.ts';
