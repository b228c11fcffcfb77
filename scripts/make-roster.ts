// Writes a OneRoster 1.2 set of any size, the same for the same sizes: node scripts/make-roster.ts <folder> --people 100000 …

import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

export interface RosterSizes {
  people: number;
  classes: number;
  /** Of students; every class has a teacher besides. */
  enrollments: number;
  /** Of each class; with 0 the set has no lineItems.csv. */
  lineItems: number;
  /** For so many of the enrollments, one each. */
  results: number;
}

const CLASSES_OF_A_COURSE = 5;
const CLASSES_OF_A_TEACHER = 4;

/**
 * Every class has as many students as every other; a student is in classes of different courses all over the set. One enrollment in fifty
 * is over by the end date, one person in a thousand suspended.
 */
export async function makeRoster(folder: string, sizes: RosterSizes): Promise<void> {
  const { people, classes, enrollments, lineItems, results } = sizes;
  mkdirSync(folder, { recursive: true });
  const schools = Math.max(1, Math.ceil(classes / 100));
  const teachers = Math.ceil(classes / CLASSES_OF_A_TEACHER);
  const students = people - teachers;
  const ofAClass = enrollments / classes;
  // the classes of a student lie a stride apart, so that a pair never comes twice
  const studentOf = (n: number): number => n % students;
  const classOf = (n: number): number => Math.min(classes - 1, Math.floor(((n * 7919) % enrollments) / ofAClass));

  const write = (name: string, header: string, rows: Iterable<string>) =>
    writeFile(path.join(folder, name), header, rows);
  const files: [string, string, Iterable<string>][] = [
    [
      'orgs.csv',
      'sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId',
      rows(schools + 1, (n) =>
        n === 0 ? 'district,,,District,district,,' : `school-${n},,,School ${n},school,,district`,
      ),
    ],
    [
      'academicSessions.csv',
      'sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId,schoolYear',
      ['year,,,Year,schoolYear,2025-08-01,2026-07-31,,2026'],
    ],
    [
      'courses.csv',
      'sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades,orgSourcedId,subjects,subjectCodes',
      rows(Math.ceil(classes / CLASSES_OF_A_COURSE), (n) => `course-${n},,,,Course ${n},C${n},,district,,`),
    ],
    [
      'classes.csv',
      'sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods',
      rows(
        classes,
        (n) =>
          `class-${n},,,Class ${n},,course-${Math.floor(n / CLASSES_OF_A_COURSE)},K${n},scheduled,,school-${1 + (n % schools)},year,,,`,
      ),
    ],
    [
      'users.csv',
      'sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,primaryOrgSourcedId',
      rows(
        people,
        (n) =>
          `person-${n},,,${n % 1000 !== 999},u${n},,Given ${n % 977},Family ${n},,${n},u${n}@school.example,,,school-${1 + (n % schools)}`,
      ),
    ],
    [
      'roles.csv',
      'sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId',
      rows(
        people,
        (n) => `role-${n},,,person-${n},primary,${n < students ? 'student' : 'teacher'},,,school-${1 + (n % schools)},`,
      ),
    ],
    [
      'enrollments.csv',
      'sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate',
      rows(enrollments + classes, (n) =>
        n < enrollments
          ? `enrollment-${n},,,class-${classOf(n)},school-1,person-${studentOf(n)},student,,2025-08-15,${n % 50 === 49 ? '2025-12-20' : ''}`
          : `enrollment-${n},,,class-${n - enrollments},school-1,person-${students + Math.floor((n - enrollments) / CLASSES_OF_A_TEACHER)},teacher,true,,`,
      ),
    ],
  ];
  if (lineItems > 0)
    files.push(
      ['categories.csv', 'sourcedId,status,dateLastModified,title,weight', ['work,,,Course work,']],
      [
        'lineItems.csv',
        'sourcedId,status,dateLastModified,title,description,assignDate,dueDate,classSourcedId,categorySourcedId,resultValueMin,resultValueMax',
        rows(classes * lineItems, (n) => {
          const item = n % lineItems;
          return `item-${n},,,Work ${item + 1},weight 10,2025-09-01,2025-10-${10 + (item % 20)},class-${Math.floor(n / lineItems)},work,0,100`;
        }),
      ],
    );
  if (lineItems > 0 && results > 0)
    files.push([
      'results.csv',
      'sourcedId,status,dateLastModified,lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate,comment,textScore',
      rows(
        Math.min(results, enrollments),
        (n) =>
          `result-${n},,,item-${classOf(n) * lineItems},person-${studentOf(n)},fully graded,${(n * 31) % 101},2025-10-01,,`,
      ),
    ]);
  for (const [name, header, lines] of files) await write(name, header, lines);
  await write('manifest.csv', 'propertyName,value', [
    'manifest.version,1.0',
    'oneroster.version,1.2',
    ...files.map(([name]) => `file.${name.slice(0, -4)},bulk`),
    'source.systemName,Made',
    'source.systemCode,made',
  ]);
}

function* rows(count: number, line: (n: number) => string): Generator<string> {
  for (let n = 0; n < count; n++) yield line(n);
}

const CHUNK = 65_536;

async function writeFile(file: string, header: string, lines: Iterable<string>): Promise<void> {
  const out = createWriteStream(file);
  let waiting = `${header}\n`;
  for (const line of lines) {
    waiting += `${line}\n`;
    if (waiting.length < CHUNK) continue;
    if (!out.write(waiting)) await once(out, 'drain');
    waiting = '';
  }
  out.end(waiting);
  await once(out, 'finish');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      people: { type: 'string', default: '100000' },
      classes: { type: 'string', default: '5000' },
      enrollments: { type: 'string', default: '400000' },
      'line-items': { type: 'string', default: '1' },
      results: { type: 'string', default: '0' },
    },
  });
  const [folder] = positionals;
  if (!folder) throw new Error('Name the folder to write to.');
  await makeRoster(folder, {
    people: Number(values.people),
    classes: Number(values.classes),
    enrollments: Number(values.enrollments),
    lineItems: Number(values['line-items']),
    results: Number(values.results),
  });
}
