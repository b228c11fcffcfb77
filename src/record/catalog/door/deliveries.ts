/** Offerings as the word of their delivery names them. */

export {
  type Delivery,
  findDeliveries as findMany,
  findDelivery as find,
  listDeliveries as list,
  placeOfWord,
  saveDelivery as save,
} from '../deliveries.ts';
