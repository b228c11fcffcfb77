/** Programs: what people find and may enroll themselves in, who is in them, and how they came. */

export * as ProgramAudiences from './door/audiences.ts';
export * as ProgramContents from './door/contents.ts';
export * as ProgramMembers from './door/members.ts';
export * as Paths from './door/paths.ts';
export * as Programs from './door/programs.ts';
