/** How far the reach of whoever acts goes. */

export { demandOver, demandUnits, demandVisible, may } from '../authority.ts';
