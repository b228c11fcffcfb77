/** Terms, which offerings belong to. */

export { deleteTermRows as deleteRows, liftTermRows as liftRows, saveTermRows as saveRows } from '../catalog-rows.ts';
export {
  createTerm as create,
  deleteTerm as delete,
  getTerm as get,
  listTerms as list,
  TERM as MEMBERS,
  type Term,
  updateTerm as update,
} from '../terms.ts';
