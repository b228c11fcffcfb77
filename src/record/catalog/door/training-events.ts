/** What takes place in an offering, and when. */

export { listTrainingEvents as list, type TrainingEvent } from '../training-events.ts';
