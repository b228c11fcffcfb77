/**
 * The embedded PostgreSQL: real, ours to start and watch, one to a data folder.
 *
 * Whoever is connected may make further databases with SQL, from a template too, which takes some 50 ms:
 * `create database copy template matricula`, while nobody is connected to the template.
 */
export { EngineError, type EngineFault } from './error.ts';
export { joinEngine, runningEngine } from './join.ts';
export { removeData } from './remove.ts';
export { type Engine, type StartOptions, startEngine } from './start.ts';
