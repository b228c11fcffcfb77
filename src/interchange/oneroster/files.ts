import { type ColumnType, plain, type Words } from './formats.ts';

/** A column of a file that is kept or needed. */
export interface Column {
  name: string;
  type: ColumnType;
  /** Without the column the file is refused. */
  expected: boolean;
  /** Without a value in it nothing of a row can be kept. */
  needed: boolean;
  /** A value that cannot be read leaves nothing of a row to keep; elsewhere it is left out with a note. */
  telling: boolean;
  words?: Words;
}

export interface FileSpec {
  name: FileName;
  columns: readonly Column[];
  /** Whether what the file becomes has attributes, for `metadata.` columns. */
  attributes: boolean;
}

/** Files that every set has by the standard. Of the others an empty one says nothing. */
export const REQUIRED: ReadonlySet<FileName> = new Set([
  'orgs',
  'academicSessions',
  'courses',
  'classes',
  'users',
  'enrollments',
]);
const WITH_ATTRIBUTES: ReadonlySet<FileName> = new Set(['orgs', 'courses', 'classes', 'users', 'demographics']);

/** In the order in which they are imported: what is referred to comes first. */
export const FILES = [
  'orgs',
  'academicSessions',
  'courses',
  'classes',
  'categories',
  'lineItems',
  'users',
  'roles',
  'demographics',
  'enrollments',
  'results',
] as const;
export type FileName = (typeof FILES)[number];

/** Files of the standard that carry nothing the record keeps. */
export const IGNORED_FILES: ReadonlySet<string> = new Set([
  'classResources',
  'courseResources',
  'resources',
  'userResources',
  'userProfiles',
  'scoreScales',
  'lineItemScoreScales',
  'lineItemLearningObjectiveIds',
  'resultScoreScales',
  'resultLearningObjectiveIds',
]);

const words = (text: string): Words => new Map(text.split('|').map((word) => [plain(word), word]));

const ORG_TYPES = words('department|school|district|local|state|national');
const SESSION_TYPES = words('gradingPeriod|semester|schoolYear|term');
/** Of both versions. */
const ROLES = words(
  'administrator|aide|counselor|districtAdministrator|guardian|parent|principal|proctor|relative|siteAdministrator|student|systemAdministrator|teacher',
);
const SCORE_STATES = words('exempt|fully graded|not submitted|partially graded|submitted');

/** `name`, `name*` (needed), `name+` (the column is expected), `name!` (telling), each also with `:type`. */
function spec(name: FileName, text: string, lists: Record<string, Words> = {}): FileSpec {
  return {
    name,
    attributes: WITH_ATTRIBUTES.has(name),
    columns: text
      .trim()
      .split(/\s+/)
      .map((item): Column => {
        const [, column, mark, type] = /^(\w+)([*+!]?)(?::(\w+))?$/.exec(item)!;
        const own = lists[column!];
        return {
          name: column!,
          expected: mark === '*' || mark === '+',
          needed: mark === '*',
          telling: mark === '*' || mark === '!',
          type: (type ?? 'text') as ColumnType,
          ...(own ? { words: own } : {}),
        };
      }),
  };
}

// `status` and `dateLastModified` stand in every file and are read with every row.
export const SPECS: Record<FileName, FileSpec> = {
  orgs: spec('orgs', 'sourcedId*:key name+:name type+:key identifier:key parentSourcedId:key', { type: ORG_TYPES }),
  academicSessions: spec(
    'academicSessions',
    'sourcedId*:key title+:name type+:key startDate+:date endDate+:date parentSourcedId:key schoolYear:key',
    { type: SESSION_TYPES },
  ),
  courses: spec(
    'courses',
    'sourcedId*:key schoolYearSourcedId:key title+:name courseCode:key grades orgSourcedId:key subjects subjectCodes',
  ),
  classes: spec(
    'classes',
    `sourcedId*:key title+:name grades courseSourcedId*:key classCode:key classType:key location schoolSourcedId:key
     termSourcedIds:keys subjects subjectCodes periods`,
    { classType: words('homeroom|scheduled') },
  ),
  categories: spec('categories', 'sourcedId*:key title+:name weight:number'),
  lineItems: spec(
    'lineItems',
    `sourcedId*:key title+:name description assignDate:date dueDate:date classSourcedId*:key categorySourcedId+:key
     resultValueMin:number resultValueMax:number`,
  ),
  users: spec(
    'users',
    `sourcedId*:key enabledUser:boolean orgSourcedIds:keys role:key username:key userIds givenName+:name familyName+:name middleName:key
     identifier:key email:email sms:key phone:key grades userMasterIdentifier:key preferredGivenName:key preferredMiddleName:key
     preferredFamilyName:key primaryOrgSourcedId:key pronouns:key`,
    { role: ROLES },
  ),
  roles: spec(
    'roles',
    'sourcedId*:key userSourcedId*:key roleType:key role*:key beginDate:date endDate:date orgSourcedId+:key',
    { roleType: words('primary|secondary'), role: ROLES },
  ),
  demographics: spec(
    'demographics',
    `sourcedId*:key birthDate:date sex:key americanIndianOrAlaskaNative:boolean asian:boolean blackOrAfricanAmerican:boolean
     nativeHawaiianOrOtherPacificIslander:boolean white:boolean demographicRaceTwoOrMoreRaces:boolean hispanicOrLatinoEthnicity:boolean
     countryOfBirthCode:key stateOfBirthAbbreviation:key cityOfBirth:key publicSchoolResidenceStatus:key`,
    { sex: words('male|female|other|unspecified') },
  ),
  enrollments: spec(
    'enrollments',
    'sourcedId*:key classSourcedId*:key userSourcedId*:key role*:key beginDate:date endDate:date',
    { role: ROLES },
  ),
  results: spec(
    'results',
    `sourcedId*:key lineItemSourcedId*:key studentSourcedId*:key scoreStatus+:key score!:number scoreDate+:date comment textScore:key
     inProgress:boolean incomplete:boolean late:boolean missing:boolean`,
    { scoreStatus: SCORE_STATES },
  ),
};

/** Columns of the standard that are read over without a word. */
export const PASSED_OVER: ReadonlySet<string> = new Set([
  'datelastmodified',
  'agentsourcedids',
  'userprofilesourcedid',
  'schoolsourcedid',
  'academicsessionsourcedid',
  'gradingperiodsourcedid',
  'primary',
  'classsourcedid',
  'password',
]);

/** How the staged table and its columns are called: `sourcedId` is `sourced_id`. */
export const stagedTable = (file: FileName): string => `staged_${snake(file)}`;
export const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
