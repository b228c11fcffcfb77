import type { Operation } from './contract.ts';
import { type Dispatch, MalformedRequest } from './dialect.ts';

const LONGEST_SEGMENT = 2000;

/** What a method on a path leads to; more than one operation where the dialect dispatches. */
export interface Target {
  operations: readonly [Operation, ...Operation[]];
  dispatch: Dispatch | null;
}

interface Node {
  literals: Map<string, Node>;
  parameter: Node | null;
  /** By method; `names` are the path parameters in the order of the segments. */
  targets: Map<string, { target: Target; names: readonly string[] }> | null;
}

interface Found {
  target: Target | null;
  /** Path parameters as sent, decoded. */
  path: Record<string, string>;
  /** Methods that the path has; for answers to others. */
  allow: string[];
}

export interface Routes {
  /** Finds what a path below the prefix leads to; null where no operation has such a path. */
  find(method: string, path: string): Found | null;
}

const newNode = (): Node => ({ literals: new Map(), parameter: null, targets: null });

/**
 * A tree of path segments. Literal segments beat parameters. A trailing slash is ignored. `tolerant` compares literal
 * segments in any case and without dashes, and serves the `x-aliases` of the operations too.
 */
export function routesOf(operations: readonly Operation[], dispatches: readonly Dispatch[], tolerant: boolean): Routes {
  const root = newNode();
  const plain = (text: string) => (tolerant ? text.toLowerCase().replaceAll('-', '') : text);
  const grouped = new Map<string, Dispatch>(dispatches.flatMap((d) => d.operations.map((id) => [id, d] as const)));

  function add(operation: Operation, template: string): void {
    let node = root;
    const names: string[] = [];
    for (const segment of split(template)) {
      const name = /^\{(.+)\}$/.exec(segment)?.[1];
      if (name) {
        names.push(name);
        node.parameter ??= newNode();
        node = node.parameter;
      } else {
        if (/[{}]/.test(segment))
          throw new Error(`${operation.id}: ${template} mixes text and parameter in one segment`);
        const next = node.literals.get(plain(segment)) ?? newNode();
        node.literals.set(plain(segment), next);
        node = next;
      }
    }
    node.targets ??= new Map();
    const there = node.targets.get(operation.method);
    const dispatch = grouped.get(operation.id) ?? null;
    if (!there) {
      node.targets.set(operation.method, { target: { operations: [operation], dispatch }, names });
    } else if (dispatch && there.target.dispatch === dispatch) {
      if (!there.target.operations.includes(operation)) {
        there.target = { operations: [...there.target.operations, operation], dispatch };
      }
    } else if (!there.target.operations.includes(operation)) {
      throw new Error(`${operation.id} and ${there.target.operations[0].id} stand on one method and path`);
    }
  }

  for (const operation of operations) add(operation, operation.path);
  if (tolerant)
    for (const operation of operations) for (const alias of operation.aliases) addAlias(add, operation, alias);

  return {
    find(method, path) {
      const segments = split(path).map(decode);
      const values: string[] = [];
      let found: Found | null = null;
      const walk = (node: Node, depth: number): boolean => {
        if (depth === segments.length) {
          if (!node.targets) return false;
          const hit = node.targets.get(method);
          found ??= { target: null, path: {}, allow: [] };
          found.allow.push(...node.targets.keys());
          if (!hit) return false;
          found.target = hit.target;
          found.path = Object.fromEntries(hit.names.map((name, index) => [name, values[index]!]));
          return true;
        }
        const segment = segments[depth]!;
        const literal = node.literals.get(plain(segment));
        if (literal && walk(literal, depth + 1)) return true;
        if (!node.parameter || segment === '') return false;
        values.push(segment);
        if (walk(node.parameter, depth + 1)) return true;
        values.pop();
        return false;
      };
      walk(root, 0);
      return found;
    },
  };
}

/** An alias spells a path differently; where it is only another case or dashes it is served anyway. */
function addAlias(add: (operation: Operation, template: string) => void, operation: Operation, alias: string): void {
  const names = (template: string) => (template.match(/\{[^}]+\}/g) ?? []).sort().join();
  if (names(alias) !== names(operation.path)) throw new Error(`${operation.id}: ${alias} has other parameters`);
  add(operation, alias);
}

function split(path: string): string[] {
  const segments = path.split('/');
  if (segments[0] === '') segments.shift();
  if (segments.at(-1) === '') segments.pop();
  return segments;
}

function decode(segment: string): string {
  if (segment.length > LONGEST_SEGMENT) throw new MalformedRequest({ kind: 'url' });
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new MalformedRequest({ kind: 'url' });
  }
}
