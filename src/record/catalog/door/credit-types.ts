/** Types of credits that courses give. */

export {
  CREDIT_TYPE as MEMBERS,
  type CreditType,
  createCreditType as create,
  deleteCreditType as delete,
  getCreditType as get,
  listCreditTypes as list,
  updateCreditType as update,
} from '../credit-types.ts';
