import pg from 'pg';

/** How the rows of a prepared statement are read. */
export interface Shape {
  fields: unknown[];
  parsers: unknown[];
  form: unknown;
}

/** The parts of pg's query and result that it has no types for. */
interface Inside {
  name: string;
  values: unknown[];
  _result: { fields: unknown[]; _parsers: unknown[]; _prebuiltEmptyResultObject: unknown };
  _accumulateRows: unknown;
}
interface Connection {
  parsedStatements: Record<string, string | undefined>;
  bind(config: object): void;
  execute(config: object): void;
  sync(): void;
}
interface PgQuery {
  callback: (error: Error | null, result: pg.QueryResult) => void;
  prepare(connection: Connection): void;
  handleCommandComplete(message: unknown, connection: Connection): void;
}

const Query = (pg as unknown as { Query: new (config: object) => PgQuery }).Query;
const { prepareValue: valueMapper } = (pg as unknown as { utils: { prepareValue: (value: unknown) => unknown } }).utils;

/**
 * A named statement that asks for its columns once a connection: the server refuses to run one whose columns have changed, and to tell and
 * read them each time takes as long as reading a row of them.
 */
export class PreparedQuery extends Query {
  private readonly shapes: Map<string, Shape>;
  private readonly key: string;

  constructor(config: { name: string; rowMode?: string }, shapes: Map<string, Shape>) {
    super(config);
    this.shapes = shapes;
    this.key = `${config.name} ${config.rowMode ?? ''}`;
  }

  private get inside(): Inside {
    return this as unknown as Inside;
  }

  override prepare(connection: Connection): void {
    const { name, values, _result: result } = this.inside;
    const shape = this.shapes.get(this.key);
    if (!shape || connection.parsedStatements[name] === undefined || !values.every(isPlain)) {
      super.prepare(connection);
      return;
    }
    result.fields = shape.fields;
    result._parsers = shape.parsers;
    result._prebuiltEmptyResultObject = shape.form;
    this.inside._accumulateRows = true;
    connection.bind({ portal: '', statement: name, values, valueMapper });
    connection.execute({});
    connection.sync();
  }

  override handleCommandComplete(message: unknown, connection: Connection): void {
    const { _result: result } = this.inside;
    if (!this.shapes.has(this.key))
      this.shapes.set(this.key, {
        fields: result.fields,
        parsers: result._parsers,
        form: result._prebuiltEmptyResultObject,
      });
    super.handleCommandComplete(message, connection);
  }
}

/** Values that can be written without a fault; objects go pg's own way. */
const isPlain = (value: unknown): boolean => value === null || typeof value !== 'object' || Array.isArray(value);
