import { serve } from '../serve.ts';

serve<string, string>((what) => {
  const hoard: string[][] = [];
  while (what === 'time');
  while (what === 'memory') hoard.push(Array(1000).fill(String(hoard.length)));
  if (what === 'fault') throw new Error('as asked');
  return what;
});
