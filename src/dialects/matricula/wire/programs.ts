import type {
  Paths,
  ProgramAudiences,
  ProgramContents,
  ProgramMembers,
  Programs,
} from '../../../record/programs/index.ts';
import type { Schemas } from '../generated/operations.ts';

export const toProgram = (program: Programs.Program): Schemas['Program'] => ({ ...program });

export const toProgramContent = (content: ProgramContents.Content): Schemas['ProgramContent'] => ({ ...content });

export const toProgramMember = (member: ProgramMembers.Member): Schemas['ProgramMember'] => ({ ...member });

export const toProgramAudience = (audience: ProgramAudiences.Audience): Schemas['ProgramAudience'] => ({ ...audience });

export const toPath = (path: Paths.Path): Schemas['Path'] => ({ ...path });
