import type { Json } from './contract.ts';

const SUFFIX = '!';
const COMPOSED = ['allOf', 'anyOf', 'oneOf'] as const;

/**
 * A copy of a contract whose schemas refuse members that they do not declare. Every component schema stands in it twice:
 * `X` open, for use inside compositions, where other branches may declare more, and `X!` closed, for use as a value.
 */
export function strictDocument(document: Json): Json {
  const schemas: Json = {};
  for (const [name, schema] of Object.entries<Json>(document.components?.schemas ?? {})) {
    schemas[name] = open(schema);
    schemas[name + SUFFIX] = closed(schema);
  }
  return {
    paths: media(document.paths),
    components: { ...media({ ...document.components, schemas: undefined }), schemas },
  };
}

/** Closes each `schema` of a media type, wherever it stands outside of schemas. */
function media(thing: Json): Json {
  if (Array.isArray(thing)) return thing.map(media);
  if (!thing || typeof thing !== 'object') return thing;
  const copy: Json = {};
  for (const [name, value] of Object.entries<Json>(thing)) {
    copy[name] = name === 'schema' ? closed(value) : /^examples?$/.test(name) ? value : media(value);
  }
  return copy;
}

/** The schema as a value: nothing undeclared. */
function closed(schema: Json): Json {
  if (!schema || typeof schema !== 'object') return schema;
  if (schema.$ref && onlyNotes(schema)) return { ...schema, $ref: schema.$ref + SUFFIX };
  const choice = schema.oneOf ? 'oneOf' : schema.anyOf ? 'anyOf' : null;
  // a plain choice is a choice between closed branches
  if (choice && !schema.properties && !schema.allOf && !schema.$ref) {
    return {
      ...open(schema),
      [choice]: schema[choice].map((branch: Json) => (declares(branch) ? closed(branch) : branch)),
    };
  }
  const copy = open(schema);
  const free = 'additionalProperties' in schema || 'unevaluatedProperties' in schema || 'patternProperties' in schema;
  const composed = schema.$ref || COMPOSED.some((word) => schema[word]);
  if ((schema.properties || composed) && !free && !COMPOSED.some((word) => schema[word]?.some(isFree))) {
    copy.unevaluatedProperties = false;
  }
  return copy;
}

/** The schema as a part of a composition: what lies below it is closed, it is not. */
function open(schema: Json): Json {
  if (!schema || typeof schema !== 'object') return schema;
  const copy: Json = { ...schema };
  for (const word of COMPOSED) if (schema[word]) copy[word] = schema[word].map(open);
  if (schema.properties) copy.properties = each(schema.properties, closed);
  if (schema.patternProperties) copy.patternProperties = each(schema.patternProperties, closed);
  for (const word of ['items', 'additionalProperties', 'unevaluatedProperties', 'contains']) {
    if (schema[word]) copy[word] = closed(schema[word]);
  }
  if (schema.prefixItems) copy.prefixItems = schema.prefixItems.map(closed);
  return copy;
}

const each = (members: Json, change: (schema: Json) => Json): Json =>
  Object.fromEntries(Object.entries(members).map(([name, schema]) => [name, change(schema)]));

const onlyNotes = (schema: Json): boolean =>
  !COMPOSED.some((word) => schema[word]) && !schema.properties && !schema.required;

/** A branch without declared members, such as `type: object` alone, leaves everything open. */
const isFree = (schema: Json): boolean =>
  schema?.type === 'object' && !schema.properties && !schema.$ref && !COMPOSED.some((word) => schema[word]);

/** Whether a branch says what it is made of, and does not just demand some members. */
const declares = (schema: Json): boolean =>
  Boolean(schema?.$ref || schema?.properties || schema?.items || COMPOSED.some((word) => schema?.[word]));
