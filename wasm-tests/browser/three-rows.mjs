// Three rows, as the server has them and as they lie in the cache.

export const norway = {id: 1, name: 'Norway'}, chile = {id: 2, name: 'Chile'}, peru = {id: 3, name: 'Peru'};
export const data = {rows: [norway, chile, peru]};
export const cached = {
  '1-_burry_test': JSON.stringify(norway),
  '2-_burry_test': JSON.stringify(chile),
  '3-_burry_test': JSON.stringify(peru),
  '__ids__-_burry_test': '[1,2,3]'
};
