import type { TrainingEvents } from '../../../record/catalog/index.ts';
import type { Audiences } from '../../../record/enrollment/index.ts';
import type { Schemas } from '../generated/operations.ts';

export const toAudience = (audience: Audiences.Audience): Schemas['Audience'] => ({ ...audience });

export const toTrainingEvent = (event: TrainingEvents.TrainingEvent): Schemas['TrainingEvent'] => ({ ...event });
