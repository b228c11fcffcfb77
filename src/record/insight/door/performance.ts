/** How learners do, a row each. */

export { listPerformance as list, type Performance, type PerformanceScope as Scope } from '../performance.ts';
