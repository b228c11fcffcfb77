import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export const METHODS = ['get', 'put', 'post', 'patch', 'delete'] as const;
export type Method = (typeof METHODS)[number];

export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  enum?: (string | null)[];
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
}
export interface Parameter {
  $ref?: string;
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  description?: string;
  schema: Schema;
}
type Content = Record<string, { schema: Schema }>;
export interface Answer {
  $ref?: string;
  description: string;
  headers?: Record<string, { $ref: string }>;
  content?: Content;
}
export interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  description: string;
  security?: object[];
  parameters?: Parameter[];
  requestBody?: { required: boolean; content: Content };
  responses: Record<string, Answer>;
  'x-permission'?: string;
  'x-own'?: boolean;
}
export interface Contract {
  openapi: string;
  info: { title: string; version: string };
  servers: { url: string }[];
  security: object[];
  tags: { name: string; description: string }[];
  paths: Record<string, Partial<Record<Method, Operation>>>;
  components: {
    parameters: Record<string, Parameter>;
    headers: Record<string, object>;
    responses: Record<string, Answer>;
    schemas: Record<string, Schema>;
    securitySchemes: Record<string, object>;
  };
}

export const contract: Contract = parse(
  readFileSync(new URL('../../contracts/matricula.openapi.yaml', import.meta.url), 'utf8'),
);

/** What a `$ref` of the contract points at; throws where it points at nothing. */
export function resolve<T extends { $ref?: string }>(node: T): T {
  if (node.$ref === undefined) return node;
  const found = node.$ref
    .slice(2)
    .split('/')
    .reduce<any>((at, key) => at?.[key], contract);
  if (!node.$ref.startsWith('#/') || found === undefined) throw new Error(`${node.$ref} leads nowhere`);
  return resolve(found);
}

export interface Endpoint {
  path: string;
  method: Method;
  operation: Operation;
  /** `GET /people/{personId}`, for messages. */
  title: string;
  parameters: Parameter[];
  segments: string[];
  literals: string[];
  /** The segments end with a placeholder. */
  item: boolean;
}

export const endpoints: Endpoint[] = Object.entries(contract.paths).flatMap(([path, item]) =>
  METHODS.flatMap((method) => {
    const operation = item[method];
    if (!operation) return [];
    const segments = path.slice(1).split('/');
    return [
      {
        path,
        method,
        operation,
        title: `${method.toUpperCase()} ${path}`,
        parameters: (operation.parameters ?? []).map(resolve),
        segments,
        literals: segments.filter((segment) => !segment.startsWith('{')),
        item: segments.at(-1)!.startsWith('{'),
      },
    ];
  }),
);
