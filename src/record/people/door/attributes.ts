/** Attributes that a tenant declares for its people. */

export {
  type Attribute,
  declareAttribute as declare,
  deleteAttribute as delete,
  getAttribute as get,
  listAttributes as list,
  updateAttribute as update,
} from '../attributes.ts';
